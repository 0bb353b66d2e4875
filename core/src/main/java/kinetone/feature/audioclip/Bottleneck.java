package kinetone.feature.audioclip;

import static org.bytedeco.pytorch.global.torch.relu;

import java.util.Optional;
import kinetone.nn.BatchNorm;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** A residual block of ResNeXt (Xie et al. 2017), named as in torchvision. */
final class Bottleneck extends Module {
  private final Conv2d conv1;
  private final Conv2d conv2;
  private final Conv2d conv3;
  private final BatchNorm bn1;
  private final BatchNorm bn2;
  private final BatchNorm bn3;
  private final Optional<Shortcut> downsample;

  /** The way past a block that changes the shape. */
  private static final class Shortcut extends Module {
    private final Conv2d conv;
    private final BatchNorm norm;

    Shortcut(int in, int out, int stride, Rng rng) {
      super("Sequential");
      conv = register_module("0", Conv2d.plain(in, out, 1, stride, 1, rng));
      norm = register_module("1", new BatchNorm(out, 1));
    }

    Tensor forward(Tensor x) {
      return norm.forward(conv.forward(x));
    }
  }

  /** A block of a level; the first changes the shape. */
  Bottleneck(AudioClipConfig config, int level, int in, boolean first, Rng rng) {
    super("Bottleneck");
    int width = config.width(level);
    int out = config.channels(level);
    int stride = first && level > 0 ? 2 : 1;
    conv1 = register_module("conv1", Conv2d.plain(in, width, 1, 1, 1, rng));
    bn1 = register_module("bn1", new BatchNorm(width, 1));
    conv2 = register_module("conv2", Conv2d.plain(width, width, 3, stride, config.groups(), rng));
    bn2 = register_module("bn2", new BatchNorm(width, 1));
    conv3 = register_module("conv3", Conv2d.plain(width, out, 1, 1, 1, rng));
    bn3 = register_module("bn3", new BatchNorm(out, 1));
    downsample =
        first
            ? Optional.of(register_module("downsample", new Shortcut(in, out, stride, rng)))
            : Optional.empty();
  }

  /** (B, C, H, W) to (B, C', H / stride, W / stride). */
  Tensor forward(Tensor x) {
    Tensor inner = relu(bn2.forward(conv2.forward(relu(bn1.forward(conv1.forward(x))))));
    Tensor past = downsample.isPresent() ? downsample.get().forward(x) : x;
    return relu(bn3.forward(conv3.forward(inner)).add(past));
  }
}
