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

/** (B, 3, 1+4k, H, W) to the moments of the latent (B, C or 2C, 1+k, H/8, W/8). */
final class VideoEncoder extends Module {
  private final int patch;
  private final CausalConv3d stem;
  private final List<List<ResidualBlock3d>> blocks = new ArrayList<>();
  private final List<CausalConv3d> down = new ArrayList<>();
  private final FrameNorm norm;
  private final CausalConv3d head;
  private final Optional<BlockTransform3d> linear;

  VideoEncoder(CausalVideoConfig config, Optional<BlockTransform3d> linear, Rng rng) {
    super("VideoEncoder");
    this.linear = linear;
    patch = config.patch();
    List<Level> levels = config.encoder();
    stem =
        new CausalConv3d(
                3 * patch * patch,
                levels.get(0).channels(),
                Kernel.cube(3),
                config.timePadding(),
                rng)
            .withUnitGain(rng);
    register_module("conv_in", stem);
    for (int i = 0; i < levels.size(); i++) {
      int width = levels.get(i).channels();
      List<ResidualBlock3d> stack = new ArrayList<>();
      for (int j = 0; j < levels.get(i).blocks(); j++) {
        ResidualBlock3d block = new ResidualBlock3d(width, config, rng);
        register_module("level%d_block%d".formatted(i, j), block);
        stack.add(block);
      }
      blocks.add(stack);
      if (i + 1 < levels.size()) {
        Kernel kernel =
            new Kernel(3, 3, config.timeDown().get(i) ? 2 : 1, config.spaceDown().get(i) ? 2 : 1);
        CausalConv3d step =
            new CausalConv3d(width, levels.get(i + 1).channels(), kernel, config.timePadding(), rng)
                .withUnitGain(rng);
        register_module("down%d".formatted(i), step);
        down.add(step);
      }
    }
    int top = levels.get(levels.size() - 1).channels();
    norm = new FrameNorm(top, config.norm(), config.groups());
    register_module("norm_out", norm);
    int moments = config.latentChannels() * config.regularisation().parametersPerChannel();
    head =
        new CausalConv3d(top, moments, Kernel.cube(1), config.timePadding(), rng).withUnitGain(rng);
    register_module("conv_out", head);
    if (linear.isPresent()) {
      Init.constant(head.weight(), 0);
      Init.constant(head.bias(), 0);
    }
  }

  Tensor forward(Tensor video, History history) {
    Tensor x = stem.forward(Shuffle3d.spaceToDepth(video, patch), history);
    for (int i = 0; i < blocks.size(); i++) {
      for (ResidualBlock3d block : blocks.get(i)) {
        x = block.forward(x, history);
      }
      if (i < down.size()) {
        x = down.get(i).forward(x, history);
      }
    }
    Tensor moments = head.forward(silu(norm.forward(x)), history);
    return linear.map(l -> moments.add(l.analyse(video, history))).orElse(moments);
  }
}
