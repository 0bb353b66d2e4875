package kinetone.nn.conv;

import static org.bytedeco.pytorch.global.torch.empty;

import kinetone.nn.Init;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * 3-D convolution that is causal in time: all padding in time is in front, in space it is "same".
 * Input (B, C, T, H, W), output (B, C', ⌈T / stride_t⌉, ⌈H / stride_s⌉, ...). With k_t − 1 frames
 * in front, output frame j sees input frames up to j · stride_t, so that 1 + 2k frames become 1 +
 * k; with k_t − stride_t it sees all of its own stride, so that 2k frames become k.
 */
public final class CausalConv3d extends Module {
  private static final long[] ONES = {1, 1, 1};
  private final Tensor weight;
  private final TensorOptional bias;
  private final long front;
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
   * @param front frames before the first of the signal
   */
  public record Kernel(
      int timeKernel, int spaceKernel, int timeStride, int spaceStride, int front) {
    /** The first output stands for one frame. */
    public Kernel(int timeKernel, int spaceKernel, int timeStride, int spaceStride) {
      this(timeKernel, spaceKernel, timeStride, spaceStride, timeKernel - 1);
    }

    /** A cube of side {@code size} in steps of {@code timeStride}, for which each output stands. */
    public static Kernel wholeSteps(int size, int timeStride) {
      return new Kernel(size, size, timeStride, 1, size - timeStride);
    }

    /** A cube of side {@code size} that keeps the resolution. */
    public static Kernel cube(int size) {
      return new Kernel(size, size, 1, 1);
    }
  }

  /** Weights as PyTorch's defaults, drawn from {@code rng}. */
  public CausalConv3d(int in, int out, Kernel kernel, TimePadding timePadding, Rng rng) {
    this(in, out, kernel, timePadding, true, rng);
  }

  /** The same, with or without a bias. */
  public CausalConv3d(
      int in, int out, Kernel kernel, TimePadding timePadding, boolean biased, Rng rng) {
    super("CausalConv3d");
    this.timePadding = timePadding;
    front = kernel.front();
    timeKernel = kernel.timeKernel();
    timeStride = kernel.timeStride();
    stride = new long[] {kernel.timeStride(), kernel.spaceStride(), kernel.spaceStride()};
    int same = (kernel.spaceKernel() - 1) / 2;
    padding = new long[] {0, same, same};
    weight = Init.weight(rng, out, in, timeKernel, kernel.spaceKernel(), kernel.spaceKernel());
    Init.fanInUniform(weight, rng);
    // Own handles: what register_parameter returns points into a list that may move.
    register_parameter("weight", weight);
    if (biased) {
      Tensor offset = empty(out);
      Init.uniform(offset, 1 / Math.sqrt((double) weight.numel() / out), rng);
      register_parameter("bias", offset);
      bias = new TensorOptional(offset);
    } else {
      bias = Tensors.NONE;
    }
  }

  /** Convolves a whole signal or, with {@link History.Stream}, the next chunk of one. */
  public Tensor forward(Tensor x, History history) {
    Tensor seen = history.extend(this, x, 2, front, timePadding, timeKernel, timeStride);
    return Convolution.of(seen, weight, bias, stride, padding, ONES, 1);
  }

  /** The weight (C', C, k_t, k_s, k_s). */
  public Tensor weight() {
    return weight;
  }

  /** The bias, (out), of a layer that has one. */
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
