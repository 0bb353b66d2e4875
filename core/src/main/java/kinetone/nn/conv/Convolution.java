package kinetone.nn.conv;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * libtorch's convolutions in two and three dimensions, but for what oneDNN gets wrong: every
 * convolution of this project comes by here (a test of the architecture keeps that).
 *
 * <p>Where the channels of a position lie together in memory, oneDNN has a kernel for single pixels
 * that goes wrong with two threads or more on processors that do not tell the size of their caches
 * (virtual machines): with 512 outputs and 64 to 128 or 256 inputs at 64 × 64 positions the numbers
 * are wrong by half of their size, with 1024 it is wrong or divides by zero and ends the process.
 * Seen with libtorch 2.10, where 480 outputs and fewer were right; 2.13 was right in every shape
 * that was tried, up to 1536 outputs, but nothing that we know of says why. Such layers are given
 * channels that lie apart, and give channels that lie together, as they would have.
 */
public final class Convolution {
  /** Outputs from which a layer of single pixels is kept away from that kernel. */
  private static final int WIDE = 256;

  private static final int PICTURES = 4;

  private Convolution() {}

  /**
   * Convolves.
   *
   * @param x (B, C, H, W), or (B, C, T, H, W)
   * @param weight (C', C / groups, kernel), of as many axes
   */
  public static Tensor of(
      Tensor x,
      Tensor weight,
      TensorOptional bias,
      long[] stride,
      long[] padding,
      long[] dilation,
      long groups) {
    if (!isWidePoint(weight) || x.is_contiguous()) {
      return plain(x, weight, bias, stride, padding, dilation, groups);
    }
    Tensor made = plain(x.contiguous(), weight, bias, stride, padding, dilation, groups);
    return made.contiguous(
        x.dim() == PICTURES ? MemoryFormat.ChannelsLast : MemoryFormat.ChannelsLast3d);
  }

  private static boolean isWidePoint(Tensor weight) {
    return weight.size(0) >= WIDE && weight.numel() == weight.size(0) * weight.size(1);
  }

  private static Tensor plain(
      Tensor x,
      Tensor weight,
      TensorOptional bias,
      long[] stride,
      long[] padding,
      long[] dilation,
      long groups) {
    return x.dim() == PICTURES
        ? torch.conv2d(x, weight, bias, stride, padding, dilation, groups)
        : torch.conv3d(x, weight, bias, stride, padding, dilation, groups);
  }
}
