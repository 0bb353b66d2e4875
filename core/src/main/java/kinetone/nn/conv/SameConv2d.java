package kinetone.nn.conv;

import static org.bytedeco.pytorch.global.torch.empty;

import kinetone.nn.Init;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * 2-D convolution with zeros on all sides ("same" padding) for maps without a causal axis, such as
 * spectrograms in discriminators: (B, C, H, W) to (B, C', ⌈H / stride⌉, ⌈W / stride⌉).
 */
public final class SameConv2d extends Module {
  private static final long[] ONES = {1, 1};
  private final Tensor weight;
  private final TensorOptional bias;
  private final long[] stride;
  private final long[] padding;

  /** Odd {@code kernel}; weights as PyTorch's defaults, drawn from {@code rng}. */
  public SameConv2d(int in, int out, int kernel, int heightStride, int widthStride, Rng rng) {
    super("SameConv2d");
    stride = new long[] {heightStride, widthStride};
    padding = new long[] {kernel / 2, kernel / 2};
    weight = Init.weight(rng, out, in, kernel, kernel);
    Tensor offset = empty(out);
    Init.fanInUniform(weight, rng);
    Init.uniform(offset, 1 / Math.sqrt((double) in * kernel * kernel), rng);
    register_parameter("weight", weight);
    register_parameter("bias", offset);
    bias = new TensorOptional(offset);
  }

  /** Convolves (B, C, H, W). */
  public Tensor forward(Tensor x) {
    return Convolution.of(x, weight, bias, stride, padding, ONES, 1);
  }
}
