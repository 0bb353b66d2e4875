package kinetone.feature.cavp;

import static org.bytedeco.pytorch.global.torch.conv3d;

import kinetone.nn.BatchNorm;
import kinetone.nn.Init;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * A 3-D convolution without bias and its batch normalisation: {@code conv.weight} and {@code bn},
 * as mmcv's ConvModule. "Same" padding; He-normal over the outputs (He et al. 2015).
 */
final class ConvNorm3d extends Module {
  private static final long[] ONES = {1, 1, 1};

  /**
   * Outputs from which oneDNN's kernel for single pixels, chosen for channels that lie together,
   * goes wrong with two threads or more on processors that do not tell the size of their caches
   * (virtual machines): with 512 outputs the numbers are wrong, with 1024 it divides by zero and
   * ends the process. Seen with libtorch 2.10; 256 outputs were right.
   */
  private static final int WIDE = 256;

  private final Tensor weight;
  private final BatchNorm norm;
  private final boolean apart;
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
    apart = time == 1 && space == 1 && out >= WIDE;
    weight = Init.weight(rng, out, in, time, space, space);
    Init.normal(weight, Math.sqrt(2.0 * in / weight.numel()), rng);
    conv = register_module("conv", new Module("Conv3d"));
    conv.register_parameter("weight", weight);
    norm = register_module("bn", new BatchNorm(out, scale));
  }

  /** (B, C, T, H, W) to (B, C', T, ⌈H / stride⌉, ⌈W / stride⌉). */
  Tensor forward(Tensor x) {
    if (!apart || x.is_contiguous()) {
      return norm.forward(conv3d(x, weight, Tensors.NONE, stride, padding, ONES, 1));
    }
    Tensor made = conv3d(x.contiguous(), weight, Tensors.NONE, stride, padding, ONES, 1);
    return norm.forward(made.contiguous(MemoryFormat.ChannelsLast3d));
  }
}
