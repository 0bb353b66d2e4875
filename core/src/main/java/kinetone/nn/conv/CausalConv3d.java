package kinetone.nn.conv;

import static org.bytedeco.pytorch.global.torch.empty;

import kinetone.nn.Init;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * 3-D convolution that is causal in time: all padding in time is in front (k_t − 1 frames), in
 * space it is "same". Input (B, C, T, H, W), output (B, C', ⌈T / stride_t⌉, ⌈H / stride_s⌉, ...);
 * output frame j sees input frames up to j · stride_t, so that 1 + 2k frames become 1 + k.
 */
public final class CausalConv3d extends Module {
  private static final long[] ONES = {1, 1, 1};
  private final Tensor weight;
  private final TensorOptional bias;
  private final long timeKernel;
  private final long timeStride;
  private final long[] stride;
  private final long[] padding;
  private final TimePadding timePadding;

  /**
   * The shape of the kernel and its steps.
   *
   * @param timeKernel k_t, frames
   * @param spaceKernel k_s, pixels, odd
   * @param timeStride frames from one output to the next
   * @param spaceStride pixels from one output to the next
   */
  public record Kernel(int timeKernel, int spaceKernel, int timeStride, int spaceStride) {
    /** A cube of side {@code size} that keeps the resolution. */
    public static Kernel cube(int size) {
      return new Kernel(size, size, 1, 1);
    }
  }

  /** Weights as PyTorch's defaults, drawn from {@code rng}. */
  public CausalConv3d(int in, int out, Kernel kernel, TimePadding timePadding, Rng rng) {
    super("CausalConv3d");
    this.timePadding = timePadding;
    timeKernel = kernel.timeKernel();
    timeStride = kernel.timeStride();
    stride = new long[] {kernel.timeStride(), kernel.spaceStride(), kernel.spaceStride()};
    int same = (kernel.spaceKernel() - 1) / 2;
    padding = new long[] {0, same, same};
    weight = Init.weight(rng, out, in, timeKernel, kernel.spaceKernel(), kernel.spaceKernel());
    Tensor offset = empty(out);
    Init.fanInUniform(weight, rng);
    Init.uniform(offset, 1 / Math.sqrt((double) weight.numel() / out), rng);
    // Own handles: what register_parameter returns points into a list that may move.
    register_parameter("weight", weight);
    register_parameter("bias", offset);
    bias = new TensorOptional(offset);
  }

  /** Convolves a whole signal or, with {@link History.Stream}, the next chunk of one. */
  public Tensor forward(Tensor x, History history) {
    Tensor seen = history.extend(this, x, 2, timeKernel - 1, timePadding, timeKernel, timeStride);
    return Convolution.of(seen, weight, bias, stride, padding, ONES, 1);
  }

  /** The weight (C', C, k_t, k_s, k_s). */
  public Tensor weight() {
    return weight;
  }

  /** The bias, (out). */
  public Tensor bias() {
    return bias.get();
  }

  /**
   * Redraws the weight so that outputs are as large as inputs (LeCun et al. 1998): for layers
   * outside of residual branches, where PyTorch's default would shrink the signal by √3 per layer.
   *
   * @return this
   */
  public CausalConv3d withUnitGain(Rng rng) {
    Init.uniform(weight, Math.sqrt(3.0 * weight.size(0) / weight.numel()), rng);
    return this;
  }
}
