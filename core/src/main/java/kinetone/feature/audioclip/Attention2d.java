package kinetone.feature.audioclip;

import static org.bytedeco.pytorch.global.torch.adaptive_max_pool2d;

import kinetone.nn.BatchNorm;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** How much of each place and channel counts, by what lies around it (Guzhov et al. 2021). */
final class Attention2d extends Module {
  private final Conv2d depth;
  private final Conv2d point;
  private final BatchNorm norm;

  /** A kernel of {@code kernel} rows and columns for each channel, then one pixel of all. */
  Attention2d(int in, int out, int[] kernel, Rng rng) {
    super("Attention2d");
    depth = register_module("conv_depth", Conv2d.biased(in, in, kernel, in, rng));
    point = register_module("conv_point", Conv2d.biased(in, out, new int[] {1, 1}, 1, rng));
    norm = register_module("bn", new BatchNorm(out, 1));
  }

  /** Shares (B, C', height, width) of a map (B, C, H, W). */
  Tensor forward(Tensor x, long height, long width) {
    Tensor small = adaptive_max_pool2d(x, height, width).get0();
    return norm.forward(point.forward(depth.forward(small))).sigmoid();
  }
}
