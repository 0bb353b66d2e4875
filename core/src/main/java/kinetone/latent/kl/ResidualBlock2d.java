package kinetone.latent.kl;

import static org.bytedeco.pytorch.global.torch.silu;

import java.util.Optional;
import kinetone.nn.GroupNorm;
import kinetone.nn.conv.SameConv2d;
import kinetone.tensor.Carried;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** x + conv(silu(norm(conv(silu(norm(x)))))), with a 1 × 1 shortcut where the width changes. */
final class ResidualBlock2d extends Module {
  private final GroupNorm norm1;
  private final SameConv2d conv1;
  private final GroupNorm norm2;
  private final SameConv2d conv2;
  private final Optional<SameConv2d> shortcut;

  ResidualBlock2d(int in, int out, AutoencoderKlConfig config, Rng rng) {
    super("ResidualBlock2d");
    norm1 = register_module("norm1", Layers.norm(in, config));
    conv1 = register_module("conv1", Layers.conv(in, out, rng));
    norm2 = register_module("norm2", Layers.norm(out, config));
    conv2 = register_module("conv2", Layers.conv(out, out, rng));
    shortcut = in == out ? Optional.empty() : Optional.of(Layers.point(in, out, rng));
    shortcut.ifPresent(layer -> register_module("conv_shortcut", layer));
  }

  /** (B, in, H, W) to (B, out, H, W). */
  Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open();
        Carried y = Carried.of(x)) {
      y.advance(z -> silu(norm1.forward(z)));
      y.advance(conv1::forward);
      y.advance(z -> silu(norm2.forward(z)));
      y.advance(conv2::forward);
      return scope.keep(shortcut.map(layer -> layer.forward(x)).orElse(x).add(y.get()));
    }
  }
}
