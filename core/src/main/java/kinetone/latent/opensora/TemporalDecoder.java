package kinetone.latent.opensora;

import static org.bytedeco.pytorch.global.torch.silu;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import kinetone.nn.GroupNorm;
import kinetone.nn.conv.Shuffle3d;
import kinetone.tensor.Carried;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Tensor;

/** Latents (B, C, k, H, W) to those of pictures (B, c, fk, H, W); the coarsest level first. */
final class TemporalDecoder extends Module {
  private static final int DOUBLING = 2;
  private final TimeConv stem;
  private final List<TemporalBlock> top;

  /** The coarsest first, as they are run; public code counts from the finest. */
  private final List<List<TemporalBlock>> levels = new ArrayList<>();

  private final List<Optional<TimeConv>> up = new ArrayList<>();

  /** Held, because libtorch calls them back and the collector must not take them before. */
  private final List<Module> identities = new ArrayList<>();

  private final GroupNorm norm;
  private final TimeConv head;

  TemporalDecoder(TemporalConfig config, Rng rng) {
    super("Decoder");
    List<Integer> widths = config.widths();
    int width = config.widest();
    stem = register_module("conv1", TimeConv.cube(config.latentChannels(), width, 3, rng));
    ModuleListImpl first = register_module("res_blocks", new ModuleListImpl());
    top = TemporalBlock.stack(first, width, width, config, rng);
    List<Module> blocks = new ArrayList<>();
    List<Module> steps = new ArrayList<>();
    for (int i = widths.size() - 1; i >= 0; i--) {
      ModuleListImpl level = new ModuleListImpl();
      levels.add(TemporalBlock.stack(level, width, widths.get(i), config, rng));
      blocks.add(level);
      width = widths.get(i);
      if (i > 0) {
        Optional<TimeConv> step =
            config.timeDown().get(i - 1)
                ? Optional.of(TimeConv.cube(width, DOUBLING * width, 3, rng))
                : Optional.empty();
        steps.add(step.isPresent() ? step.get() : identity());
        up.add(step);
      }
    }
    register("block_res_blocks", blocks);
    register("conv_blocks", steps);
    norm = register_module("norm1", TemporalBlock.norm(width, config.groups()));
    head = register_module("conv_out", TimeConv.cube(width, config.channels(), 3, rng));
  }

  private void register(String name, List<Module> coarsestFirst) {
    Collections.reverse(coarsestFirst);
    coarsestFirst.forEach(register_module(name, new ModuleListImpl())::push_back);
  }

  private Module identity() {
    Module identity = new Module("Identity");
    identities.add(identity);
    return identity;
  }

  Tensor forward(Tensor latent) {
    try (TensorScope scope = TensorScope.open();
        Carried x = Carried.of(() -> stem.forward(latent))) {
      top.forEach(block -> x.advance(block::forward));
      for (int i = 0; i < levels.size(); i++) {
        levels.get(i).forEach(block -> x.advance(block::forward));
        if (i < up.size()) {
          up.get(i)
              .ifPresent(
                  step -> x.advance(y -> Shuffle3d.channelsToTime(step.forward(y), DOUBLING)));
        }
      }
      x.advance(y -> silu(norm.forward(y)));
      return scope.keep(head.forward(x.get()));
    }
  }
}
