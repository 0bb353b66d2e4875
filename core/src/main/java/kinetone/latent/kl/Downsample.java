package kinetone.latent.kl;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;
import static org.bytedeco.pytorch.global.torch.empty;

import kinetone.nn.Init;
import kinetone.nn.conv.Convolution;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * 3 × 3 convolution with stride 2 after a row and a column of zeros at the end only: symmetric
 * padding gives the same sizes and other values. (B, C, H, W) to (B, C, ⌊H/2⌋, ⌊W/2⌋).
 */
final class Downsample extends Module {
  private static final int KERNEL = 3;
  private static final long[] LAST_ROW_AND_COLUMN = {0, 1, 0, 1};
  private static final long[] STRIDE = {2, 2};
  private static final long[] NO_PADDING = {0, 0};
  private static final long[] ONES = {1, 1};
  private final Tensor weight;
  private final TensorOptional bias;

  /** Held, because libtorch calls it back and the collector must not take it before. */
  private final Module conv;

  Downsample(int channels, Rng rng) {
    super("Downsample");
    conv = register_module("conv", new Module("Conv2d"));
    weight = Init.weight(rng, channels, channels, KERNEL, KERNEL);
    Tensor offset = empty(channels);
    Init.fanInUniform(weight, rng);
    Init.uniform(offset, 1 / Math.sqrt((double) channels * KERNEL * KERNEL), rng);
    conv.register_parameter("weight", weight);
    conv.register_parameter("bias", offset);
    bias = new TensorOptional(offset);
  }

  Tensor forward(Tensor x) {
    Tensor padded = constant_pad_nd(x, LAST_ROW_AND_COLUMN);
    return Convolution.of(padded, weight, bias, STRIDE, NO_PADDING, ONES, 1);
  }
}
