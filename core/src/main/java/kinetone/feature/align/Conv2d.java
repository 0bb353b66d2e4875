package kinetone.feature.align;

import static org.bytedeco.pytorch.global.torch.empty;

import kinetone.nn.Init;
import kinetone.nn.conv.Convolution;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** A 2-D convolution with a bias and zeros on all sides, k / 2 of them. */
final class Conv2d extends Module {
  private static final long[] ONES = {1, 1};
  private final Tensor weight;
  private final TensorOptional bias;
  private final long[] stride;
  private final long[] padding;

  private Conv2d(int in, int out, int kernel, int stride, Rng rng) {
    super("Conv2d");
    this.stride = new long[] {stride, stride};
    padding = new long[] {kernel / 2, kernel / 2};
    weight = Init.weight(rng, out, in, kernel, kernel);
    Tensor offset = empty(out);
    Init.constant(weight, 0);
    Init.constant(offset, 0);
    register_parameter("weight", weight);
    register_parameter("bias", offset);
    bias = new TensorOptional(offset);
  }

  /** PyTorch's default weights. */
  static Conv2d of(int in, int out, int kernel, int stride, Rng rng) {
    Conv2d conv = new Conv2d(in, out, kernel, stride, rng);
    Init.fanInUniform(conv.weight, rng);
    Init.uniform(conv.bias.get(), 1 / Math.sqrt((double) in * kernel * kernel), rng);
    return conv;
  }

  /** All zero: the layer contributes nothing until it has learned something. */
  static Conv2d zero(int in, int out, int kernel, Rng rng) {
    return new Conv2d(in, out, kernel, 1, rng);
  }

  Tensor forward(Tensor x) {
    return Convolution.of(x, weight, bias, stride, padding, ONES, 1);
  }
}
