package kinetone.latent.magvit2;

import static org.bytedeco.pytorch.global.torch.silu;

import kinetone.nn.conv.CausalConv3d;
import kinetone.nn.conv.CausalConv3d.Kernel;
import kinetone.nn.conv.History;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** x + conv(silu(norm(conv(silu(norm(x)))))), with constant width. */
final class ResidualBlock3d extends Module {
  private final FrameNorm norm1;
  private final CausalConv3d conv1;
  private final FrameNorm norm2;
  private final CausalConv3d conv2;

  ResidualBlock3d(int channels, CausalVideoConfig config, Rng rng) {
    super("ResidualBlock3d");
    norm1 = new FrameNorm(channels, config.norm(), config.groups());
    conv1 = new CausalConv3d(channels, channels, Kernel.cube(3), config.timePadding(), rng);
    norm2 = new FrameNorm(channels, config.norm(), config.groups());
    conv2 = new CausalConv3d(channels, channels, Kernel.cube(3), config.timePadding(), rng);
    register_module("norm1", norm1);
    register_module("conv1", conv1);
    register_module("norm2", norm2);
    register_module("conv2", conv2);
  }

  Tensor forward(Tensor x, History history) {
    Tensor y = conv1.forward(silu(norm1.forward(x)), history);
    return x.add(conv2.forward(silu(norm2.forward(y)), history));
  }
}
