package kinetone.nn.conv;

import static org.bytedeco.pytorch.global.torch.empty;

import kinetone.nn.Init;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * Causal convolution along time. Activations are (B, C, 1, L), because oneDNN keeps the
 * channels-last layout for pictures only; weights are (C', C, 1, k). With stride s the padding in
 * front is k_eff − s, k_eff = (k − 1) · dilation + 1, so that output j sees input samples up to (j
 * + 1) · s − 1 and L becomes L / s.
 */
public final class CausalConv1d extends Module {
  private static final long[] NO_PADDING = {0, 0};
  private final Tensor weight;
  private final Tensor offset;
  private final TensorOptional bias;
  private final long extent;
  private final long step;
  private final long[] stride;
  private final long[] dilation;

  /** Weights as PyTorch's defaults, drawn from {@code rng}. */
  public CausalConv1d(int in, int out, int kernel, int stride, int dilation, Rng rng) {
    super("CausalConv1d");
    extent = (long) (kernel - 1) * dilation + 1;
    step = stride;
    this.stride = new long[] {1, stride};
    this.dilation = new long[] {1, dilation};
    weight = Init.weight(rng, out, in, 1, kernel);
    offset = empty(out);
    Init.fanInUniform(weight, rng);
    Init.uniform(offset, 1 / Math.sqrt((double) in * kernel), rng);
    register_parameter("weight", weight);
    register_parameter("bias", offset);
    bias = new TensorOptional(offset);
  }

  /** Convolves a whole signal (B, C, 1, L) or, with {@link History.Stream}, its next chunk. */
  public Tensor forward(Tensor x, History history) {
    Tensor seen = history.extend(this, x, 3, extent - step, TimePadding.ZEROS, extent, step);
    return Convolution.of(seen, weight, bias, stride, NO_PADDING, dilation, 1);
  }

  /** The weight (C', C, 1, k). */
  public Tensor weight() {
    return weight;
  }

  /** The bias (C'). */
  public Tensor bias() {
    return offset;
  }

  /**
   * Redraws the weight so that outputs are as large as inputs (LeCun et al. 1998): for layers
   * outside of residual branches, where PyTorch's default would shrink the signal by √3 per layer.
   *
   * @return this
   */
  public CausalConv1d withUnitGain(Rng rng) {
    Init.uniform(weight, Math.sqrt(3.0 * weight.size(0) / weight.numel()), rng);
    return this;
  }
}
