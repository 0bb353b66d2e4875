package kinetone.feature.audioclip;

import static org.bytedeco.pytorch.global.torch.empty;

import kinetone.nn.Init;
import kinetone.nn.conv.Convolution;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** A 2-D convolution with zeros on all sides, k / 2 of them. */
final class Conv2d extends Module {
  private static final long[] ONES = {1, 1};

  private final Tensor weight;
  private final TensorOptional bias;
  private final long[] stride;
  private final long[] padding;
  private final int groups;

  private Conv2d(int in, int out, int[] kernel, int stride, int groups, boolean biased, Rng rng) {
    super("Conv2d");
    this.stride = new long[] {stride, stride};
    this.groups = groups;
    padding = new long[] {kernel[0] / 2, kernel[1] / 2};
    weight = Init.weight(rng, out, in / groups, kernel[0], kernel[1]);
    Init.normal(weight, Math.sqrt(2.0 / ((double) out * kernel[0] * kernel[1])), rng);
    register_parameter("weight", weight);
    if (biased) {
      Tensor offset = empty(out);
      Init.zero(offset, rng);
      register_parameter("bias", offset);
      bias = new TensorOptional(offset);
    } else {
      bias = Tensors.NONE;
    }
  }

  /** Without a bias, a square kernel. */
  static Conv2d plain(int in, int out, int kernel, int stride, int groups, Rng rng) {
    return new Conv2d(in, out, new int[] {kernel, kernel}, stride, groups, false, rng);
  }

  /** With a bias. */
  static Conv2d biased(int in, int out, int[] kernel, int groups, Rng rng) {
    return new Conv2d(in, out, kernel, 1, groups, true, rng);
  }

  /** (B, C, H, W) to (B, C', ⌈H / stride⌉, ⌈W / stride⌉). */
  Tensor forward(Tensor x) {
    return Convolution.of(x, weight, bias, stride, padding, ONES, groups);
  }
}
