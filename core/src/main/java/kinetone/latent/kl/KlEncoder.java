package kinetone.latent.kl;

import static org.bytedeco.pytorch.global.torch.silu;

import java.util.ArrayList;
import java.util.List;
import kinetone.nn.GroupNorm;
import kinetone.nn.conv.SameConv2d;
import kinetone.tensor.Carried;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Tensor;

/** Signals (B, signal channels, H, W) to raw moments (B, moments, H/f, W/f). */
final class KlEncoder extends Module {
  private final SameConv2d stem;
  private final List<DownBlock> levels = new ArrayList<>();
  private final MidBlock middle;
  private final GroupNorm norm;
  private final SameConv2d head;

  KlEncoder(AutoencoderKlConfig config, Rng rng) {
    super("KlEncoder");
    List<Integer> widths = config.widths();
    stem = register_module("conv_in", Layers.conv(config.patchChannels(), widths.get(0), rng));
    ModuleListImpl blocks = register_module("down_blocks", new ModuleListImpl());
    int width = widths.get(0);
    for (int i = 0; i < widths.size(); i++) {
      boolean halves = i < widths.size() - 1;
      DownBlock level = new DownBlock(width, widths.get(i), halves, config, rng);
      blocks.push_back(level);
      levels.add(level);
      width = widths.get(i);
    }
    middle = register_module("mid_block", new MidBlock(config, rng));
    norm = register_module("conv_norm_out", Layers.norm(width, config));
    head = register_module("conv_out", Layers.conv(width, config.moments(), rng));
  }

  Tensor forward(Tensor signal) {
    try (TensorScope scope = TensorScope.open();
        Carried x = Carried.of(() -> stem.forward(signal))) {
      levels.forEach(level -> x.advance(level::forward));
      x.advance(middle::forward);
      x.advance(y -> silu(norm.forward(y)));
      return scope.keep(head.forward(x.get()));
    }
  }
}
