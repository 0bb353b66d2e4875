package kinetone.latent.kl;

import static org.bytedeco.pytorch.global.torch.upsample_nearest2d;

import kinetone.nn.conv.SameConv2d;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** Every position four times, then a 3 × 3 convolution: (B, C, H, W) to (B, C, 2H, 2W). */
final class Upsample extends Module {
  private final SameConv2d conv;

  Upsample(int channels, Rng rng) {
    super("Upsample");
    conv = register_module("conv", Layers.conv(channels, channels, rng));
  }

  Tensor forward(Tensor x) {
    return conv.forward(upsample_nearest2d(x, 2 * x.size(2), 2 * x.size(3)));
  }
}
