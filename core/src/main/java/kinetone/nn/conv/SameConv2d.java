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
    this(in, out, kernel, new long[] {heightStride, widthStride}, rng);
    Init.fanInUniform(weight, rng);
    Init.uniform(bias.get(), 1 / Math.sqrt((double) in * kernel * kernel), rng);
  }

  private SameConv2d(int in, int out, int kernel, long[] stride, Rng rng) {
    super("SameConv2d");
    this.stride = stride;
    padding = new long[] {kernel / 2, kernel / 2};
    weight = Init.weight(rng, out, in, kernel, kernel);
    Tensor offset = empty(out);
    Init.constant(weight, 0);
    Init.constant(offset, 0);
    register_parameter("weight", weight);
    register_parameter("bias", offset);
    bias = new TensorOptional(offset);
  }

  /** All zero, stride 1: the layer contributes nothing until it has learned something. */
  public static SameConv2d zero(int in, int out, int kernel, Rng rng) {
    return new SameConv2d(in, out, kernel, ONES.clone(), rng);
  }

  /** Convolves (B, C, H, W). */
  public Tensor forward(Tensor x) {
    return Convolution.of(x, weight, bias, stride, padding, ONES, 1);
  }
}
