package kinetone.feature.cavp;

import kinetone.nn.BatchNorm;
import kinetone.nn.Init;
import kinetone.nn.conv.Convolution;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * A 3-D convolution without bias and its batch normalisation: {@code conv.weight} and {@code bn},
 * as mmcv's ConvModule. "Same" padding; He-normal over the outputs (He et al. 2015).
 */
final class ConvNorm3d extends Module {
  private static final long[] ONES = {1, 1, 1};

  private final Tensor weight;
  private final BatchNorm norm;
  private final long[] stride;
  private final long[] padding;

  /** Held, because libtorch calls it back and the collector must not take it before. */
  private final Module conv;

  /**
   * Builds the layer.
   *
   * @param time frames of the kernel, odd
   * @param space pixels of the kernel, odd
   * @param spaceStride pixels from one output to the next
   * @param scale of the normalisation at first
   */
  ConvNorm3d(int in, int out, int time, int space, int spaceStride, double scale, Rng rng) {
    super("ConvNorm3d");
    stride = new long[] {1, spaceStride, spaceStride};
    padding = new long[] {time / 2, space / 2, space / 2};
    weight = Init.weight(rng, out, in, time, space, space);
    Init.normal(weight, Math.sqrt(2.0 * in / weight.numel()), rng);
    conv = register_module("conv", new Module("Conv3d"));
    conv.register_parameter("weight", weight);
    norm = register_module("bn", new BatchNorm(out, scale));
  }

  /** (B, C, T, H, W) to (B, C', T, ⌈H / stride⌉, ⌈W / stride⌉). */
  Tensor forward(Tensor x) {
    return norm.forward(Convolution.of(x, weight, Tensors.NONE, stride, padding, ONES, 1));
  }
}
