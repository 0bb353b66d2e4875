package kinetone.latent.opensora;

import static org.bytedeco.pytorch.global.torch.silu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kinetone.nn.GroupNorm;
import kinetone.tensor.Carried;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Tensor;

/** Latents of pictures (B, c, fk, H, W) to raw moments (B, 2C, k, H, W). */
final class TemporalEncoder extends Module {
  private final TimeConv stem;
  private final List<List<TemporalBlock>> levels = new ArrayList<>();
  private final List<Optional<TimeConv>> down = new ArrayList<>();
  private final List<TemporalBlock> top;

  /** Held, because libtorch calls them back and the collector must not take them before. */
  private final List<Module> identities = new ArrayList<>();

  private final GroupNorm norm;
  private final TimeConv head;

  TemporalEncoder(TemporalConfig config, Rng rng) {
    super("Encoder");
    List<Integer> widths = config.widths();
    int width = widths.get(0);
    stem = register_module("conv_in", TimeConv.unbiased(config.channels(), width, 3, rng));
    ModuleListImpl blocks = register_module("block_res_blocks", new ModuleListImpl());
    ModuleListImpl steps = register_module("conv_blocks", new ModuleListImpl());
    for (int i = 0; i < widths.size(); i++) {
      ModuleListImpl level = new ModuleListImpl();
      levels.add(TemporalBlock.stack(level, width, widths.get(i), config, rng));
      blocks.push_back(level);
      width = widths.get(i);
      if (i < widths.size() - 1) {
        Optional<TimeConv> step =
            config.timeDown().get(i)
                ? Optional.of(TimeConv.halving(width, width, rng))
                : Optional.empty();
        steps.push_back(step.isPresent() ? step.get() : identity());
        down.add(step);
      }
    }
    ModuleListImpl last = register_module("res_blocks", new ModuleListImpl());
    top = TemporalBlock.stack(last, width, width, config, rng);
    norm = register_module("norm1", TemporalBlock.norm(width, config.groups()));
    head = register_module("conv2", TimeConv.cube(width, 2 * config.latentChannels(), 1, rng));
  }

  private Module identity() {
    Module identity = new Module("Identity");
    identities.add(identity);
    return identity;
  }

  Tensor forward(Tensor chunk) {
    try (TensorScope scope = TensorScope.open();
        Carried x = Carried.of(() -> stem.forward(chunk))) {
      for (int i = 0; i < levels.size(); i++) {
        levels.get(i).forEach(block -> x.advance(block::forward));
        if (i < down.size()) {
          down.get(i).ifPresent(step -> x.advance(step::forward));
        }
      }
      top.forEach(block -> x.advance(block::forward));
      x.advance(y -> silu(norm.forward(y)));
      return scope.keep(head.forward(x.get()));
    }
  }
}
