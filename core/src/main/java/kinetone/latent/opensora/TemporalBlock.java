package kinetone.latent.opensora;

import static org.bytedeco.pytorch.global.torch.silu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kinetone.nn.GroupNorm;
import kinetone.tensor.Carried;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Tensor;

/**
 * x + conv(silu(norm(conv(silu(norm(x)))))), with a 1 × 1 × 1 shortcut where the width changes. The
 * normalisations are over all frames of a chunk, so that within a chunk everything sees everything.
 */
final class TemporalBlock extends Module {
  /** PyTorch's default, unlike in the autoencoder of pictures. */
  private static final double EPSILON = 1e-5;

  private final GroupNorm norm1;
  private final TimeConv conv1;
  private final GroupNorm norm2;
  private final TimeConv conv2;
  private final Optional<TimeConv> shortcut;

  TemporalBlock(int in, int out, int groups, Rng rng) {
    super("ResBlock");
    norm1 = register_module("norm1", norm(in, groups));
    conv1 = register_module("conv1", TimeConv.unbiased(in, out, 3, rng));
    norm2 = register_module("norm2", norm(out, groups));
    conv2 = register_module("conv2", TimeConv.unbiased(out, out, 3, rng));
    shortcut = in == out ? Optional.empty() : Optional.of(TimeConv.unbiased(in, out, 1, rng));
    shortcut.ifPresent(layer -> register_module("conv3", layer));
  }

  static GroupNorm norm(int channels, int groups) {
    return new GroupNorm(channels, groups, EPSILON);
  }

  /** As many blocks as {@code config} has per level, put into {@code list}. */
  static List<TemporalBlock> stack(
      ModuleListImpl list, int in, int out, TemporalConfig config, Rng rng) {
    List<TemporalBlock> blocks = new ArrayList<>();
    for (int i = 0; i < config.blocks(); i++) {
      TemporalBlock block = new TemporalBlock(i == 0 ? in : out, out, config.groups(), rng);
      list.push_back(block);
      blocks.add(block);
    }
    return blocks;
  }

  /** (B, in, T, H, W) to (B, out, T, H, W). */
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
