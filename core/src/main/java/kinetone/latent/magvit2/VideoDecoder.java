package kinetone.latent.magvit2;

import static org.bytedeco.pytorch.global.torch.silu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kinetone.latent.magvit2.CausalVideoConfig.Level;
import kinetone.nn.Init;
import kinetone.nn.conv.CausalConv3d;
import kinetone.nn.conv.CausalConv3d.Kernel;
import kinetone.nn.conv.History;
import kinetone.nn.conv.Shuffle3d;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** Latents (B, C, 1+k, H/8, W/8) to pictures (B, 3, 1+4k, H, W); causal like the encoder. */
final class VideoDecoder extends Module {
  private final CausalVideoConfig config;
  private final CausalConv3d stem;
  private final List<List<ResidualBlock3d>> blocks = new ArrayList<>();
  private final List<CausalConv3d> up = new ArrayList<>();
  private final FrameNorm norm;
  private final CausalConv3d head;
  private final Optional<BlockTransform3d> linear;

  VideoDecoder(CausalVideoConfig config, Optional<BlockTransform3d> linear, Rng rng) {
    super("VideoDecoder");
    this.config = config;
    this.linear = linear;
    List<Level> levels = config.decoder();
    int top = levels.size() - 1;
    stem = conv(config.latentChannels(), levels.get(top).channels(), 3, rng);
    stem.withUnitGain(rng);
    register_module("conv_in", stem);
    for (int i = top; i >= 0; i--) {
      int width = levels.get(i).channels();
      List<ResidualBlock3d> stack = new ArrayList<>();
      for (int j = 0; j < levels.get(i).blocks(); j++) {
        ResidualBlock3d block = new ResidualBlock3d(width, config, rng);
        register_module("level%d_block%d".formatted(i, j), block);
        stack.add(block);
      }
      blocks.add(stack);
      if (i > 0) {
        int cells = timeFactor(i - 1) * spaceFactor(i - 1) * spaceFactor(i - 1);
        CausalConv3d step =
            conv(width, cells * levels.get(i - 1).channels(), config.upKernel(), rng);
        register_module("up%d".formatted(i - 1), step);
        up.add(step.withUnitGain(rng));
      }
    }
    int bottom = levels.get(0).channels();
    norm = new FrameNorm(bottom, config.norm(), config.groups());
    register_module("norm_out", norm);
    head = conv(bottom, 3 * config.patch() * config.patch(), 3, rng);
    register_module("conv_out", head);
    if (linear.isPresent()) {
      Init.constant(head.weight(), 0);
      Init.constant(head.bias(), 0);
    }
  }

  Tensor forward(Tensor latent, History history) {
    Tensor x = stem.forward(latent, history);
    for (int n = 0; n < blocks.size(); n++) {
      for (ResidualBlock3d block : blocks.get(n)) {
        x = block.forward(x, history);
      }
      if (n < up.size()) {
        x = upsample(x, up.get(n), up.size() - 1 - n, history);
      }
    }
    Tensor video =
        Shuffle3d.depthToSpace(head.forward(silu(norm.forward(x)), history), 1, config.patch());
    return linear.map(l -> video.add(l.synthesise(latent, history))).orElse(video);
  }

  private Tensor upsample(Tensor x, CausalConv3d step, int to, History history) {
    int time = timeFactor(to);
    Tensor y = Shuffle3d.depthToSpace(step.forward(x, history), time, spaceFactor(to));
    // The first latent stands for one frame only: 1 + k frames become 1 + 2k.
    return time > 1 && history.begins(step) ? y.narrow(2, 1, y.size(2) - 1) : y;
  }

  private CausalConv3d conv(int in, int out, int kernel, Rng rng) {
    return new CausalConv3d(in, out, Kernel.cube(kernel), config.timePadding(), rng);
  }

  private int timeFactor(int step) {
    return config.timeDown().get(step) ? 2 : 1;
  }

  private int spaceFactor(int step) {
    return config.spaceDown().get(step) ? 2 : 1;
  }
}
