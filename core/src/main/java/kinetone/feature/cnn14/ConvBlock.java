package kinetone.feature.cnn14;

import static org.bytedeco.pytorch.global.torch.avg_pool2d;
import static org.bytedeco.pytorch.global.torch.relu;

import kinetone.nn.BatchNorm;
import kinetone.nn.Init;
import kinetone.nn.conv.Convolution;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** Two 3×3 convolutions with batch normalisation, and a mean over neighbours (Kong et al. 2020). */
final class ConvBlock extends Module {
  private static final long[] ONES = {1, 1};
  private final Conv conv1;
  private final Conv conv2;
  private final BatchNorm bn1;
  private final BatchNorm bn2;
  private final long[] pool;

  /** A 3×3 kernel without bias, Xavier-uniform. */
  private static final class Conv extends Module {
    private final Tensor weight;

    Conv(int in, int out, Rng rng) {
      super("Conv2d");
      weight = Init.weight(rng, out, in, 3, 3);
      // Xavier with the receptive field in both fans, as torch.nn.init has it for convolutions.
      Init.uniform(weight, Math.sqrt(6.0 / (9.0 * (in + out))), rng);
      register_parameter("weight", weight);
    }

    Tensor forward(Tensor x) {
      return Convolution.of(x, weight, Tensors.NONE, ONES, ONES, ONES, 1);
    }
  }

  ConvBlock(int in, Cnn14Config.Level level, Rng rng) {
    super("ConvBlock");
    int out = level.channels();
    pool = new long[] {level.framePool(), level.bandPool()};
    conv1 = register_module("conv1", new Conv(in, out, rng));
    conv2 = register_module("conv2", new Conv(out, out, rng));
    bn1 = register_module("bn1", new BatchNorm(out, 1));
    bn2 = register_module("bn2", new BatchNorm(out, 1));
  }

  /** (B, C, frames, bands) to (B, C', frames / pool, bands / pool). */
  Tensor forward(Tensor x) {
    Tensor y = relu(bn2.forward(conv2.forward(relu(bn1.forward(conv1.forward(x))))));
    return pool[0] == 1 && pool[1] == 1 ? y : avg_pool2d(y, pool);
  }
}
