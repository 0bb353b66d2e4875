package kinetone.latent.kl;

import static org.bytedeco.pytorch.global.torch.silu;

import java.util.ArrayList;
import java.util.List;
import kinetone.nn.GroupNorm;
import kinetone.nn.conv.SameConv2d;
import kinetone.tensor.Carried;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Tensor;

/** Latents (B, C, H/f, W/f) to signals (B, signal channels, H, W); the coarsest level first. */
final class KlDecoder extends Module {
  private final SameConv2d stem;
  private final MidBlock middle;
  private final List<UpBlock> levels = new ArrayList<>();
  private final GroupNorm norm;
  private final SameConv2d head;

  KlDecoder(AutoencoderKlConfig config, Rng rng) {
    super("KlDecoder");
    List<Integer> widths = config.widths();
    int width = config.widest();
    stem = register_module("conv_in", Layers.conv(config.latentChannels(), width, rng));
    middle = register_module("mid_block", new MidBlock(config, rng));
    ModuleListImpl blocks = register_module("up_blocks", new ModuleListImpl());
    for (int i = widths.size() - 1; i >= 0; i--) {
      UpBlock level = new UpBlock(width, widths.get(i), i > 0, config, rng);
      blocks.push_back(level);
      levels.add(level);
      width = widths.get(i);
    }
    norm = register_module("conv_norm_out", Layers.norm(width, config));
    head = register_module("conv_out", Layers.conv(width, config.patchChannels(), rng));
  }

  Tensor forward(Tensor latent) {
    try (TensorScope scope = TensorScope.open();
        Carried x = Carried.of(() -> stem.forward(latent))) {
      x.advance(middle::forward);
      levels.forEach(level -> x.advance(level::forward));
      x.advance(y -> silu(norm.forward(y)));
      return scope.keep(head.forward(x.get()));
    }
  }
}
