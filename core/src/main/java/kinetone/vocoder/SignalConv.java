package kinetone.vocoder;

import static org.bytedeco.pytorch.global.torch.conv_transpose2d;
import static org.bytedeco.pytorch.global.torch.empty;

import kinetone.nn.Init;
import kinetone.nn.conv.Convolution;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * A convolution along time that sees both sides, plain or transposed. Weights are named and shaped
 * as those of PyTorch's Conv1d (C', C, k) and ConvTranspose1d (C, C', k); activations are (B, C, 1,
 * L), because oneDNN keeps the channels-last layout for pictures only.
 */
final class SignalConv extends Module {
  private static final long[] ONES = {1, 1};
  private static final long[] NONE = {0, 0};
  private final Tensor weight;
  private final TensorOptional bias;
  private final boolean transposed;
  private final long[] stride;
  private final long[] padding;
  private final long[] dilation;

  private SignalConv(
      long[] shape, int out, boolean transposed, int stride, int padding, int dilation, Rng rng) {
    super("SignalConv");
    this.transposed = transposed;
    this.stride = new long[] {1, stride};
    this.padding = new long[] {0, padding};
    this.dilation = new long[] {1, dilation};
    weight = Init.weight(rng, shape);
    Tensor offset = empty(out);
    Init.fanInUniform(weight, rng);
    Init.uniform(offset, Math.sqrt((double) shape[0] / weight.numel()), rng);
    register_parameter("weight", weight);
    register_parameter("bias", offset);
    bias = new TensorOptional(offset);
  }

  /** Keeps the length; odd {@code kernel}. */
  static SignalConv same(int in, int out, int kernel, int dilation, Rng rng) {
    int padding = (kernel - 1) * dilation / 2;
    return new SignalConv(new long[] {out, in, kernel}, out, false, 1, padding, dilation, rng);
  }

  /** Lengthens the signal by {@code rate}. */
  static SignalConv up(int in, int out, int kernel, int rate, int padding, Rng rng) {
    return new SignalConv(new long[] {in, out, kernel}, out, true, rate, padding, 1, rng);
  }

  /** (B, C, 1, L) to (B, C', 1, L'). */
  Tensor forward(Tensor x) {
    Tensor kernel = weight.unsqueeze(2);
    return transposed
        ? conv_transpose2d(x, kernel, bias, stride, padding, NONE, 1, ONES)
        : Convolution.of(x, kernel, bias, stride, padding, dilation, 1);
  }
}
