package kinetone.feature.align;

import static org.bytedeco.pytorch.global.torch.silu;
import static org.bytedeco.pytorch.global.torch.upsample_linear1d;

import java.util.ArrayList;
import java.util.List;
import kinetone.nn.GroupNorm;
import kinetone.nn.Linear;
import kinetone.nn.conv.SameConv2d;
import kinetone.nn.embed.Sinusoid;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Tensor;

/** The encoding half of a U-Net whose lower levels look at a context, down to one logit. */
final class AlignmentBackbone extends Module {
  private static final int TIME_RATIO = 4;

  /** A part of the way down. */
  private interface Stage {
    Tensor apply(Tensor x, Tensor activatedTime, Tensor context);
  }

  private final int channels;
  private final Sinusoid sinusoid;
  private final Linear time1;
  private final Linear time2;
  private final List<Stage> stages = new ArrayList<>();
  private final GroupNorm norm;
  private final SameConv2d narrow;
  private final Linear classifier;

  /** Held, because libtorch calls them back and the collector must not take them before. */
  private final List<Module> held = new ArrayList<>();

  AlignmentBackbone(AlignmentConfig config, Rng rng) {
    super("AlignmentBackbone");
    channels = config.channels();
    sinusoid = new Sinusoid(channels);
    int timeWidth = TIME_RATIO * channels;
    Sequence time = held(register_module("time_embed", new Sequence()));
    time1 = time.add(0, Linear.xavier(channels, timeWidth, rng));
    time2 = time.add(2, Linear.xavier(timeWidth, timeWidth, rng));

    ModuleListImpl blocks = held(register_module("input_blocks", new ModuleListImpl()));
    Sequence first = next(blocks);
    SameConv2d stem = first.add(0, new SameConv2d(config.latentChannels(), channels, 3, 1, 1, rng));
    stages.add((x, t, c) -> stem.forward(x));
    if (config.fuse()) {
      Linear fuse = register_module("fuse", Linear.xavier(config.context(), channels, rng));
      stages.add((x, t, c) -> x.add(alongTime(fuse.forward(c), x.size(3))));
    }
    int width = channels;
    int levels = config.multipliers().size();
    for (int i = 0; i < levels; i++) {
      Sequence level = next(blocks);
      residual(level, 0, width, config.width(i), config, rng);
      width = config.width(i);
      if (config.attention().get(i)) {
        transformer(level, 1, width, config, rng);
      }
      if (i < levels - 1) {
        // The reference calls the convolution of a Downsample "op".
        Module down = held(next(blocks).add(0, new Module("Downsample")));
        SameConv2d half = down.register_module("op", new SameConv2d(width, width, 3, 2, 2, rng));
        stages.add((x, t, c) -> half.forward(x));
      }
    }
    Sequence middle = held(register_module("middle_block", new Sequence()));
    residual(middle, 0, width, width, config, rng);
    transformer(middle, 1, width, config, rng);
    residual(middle, 2, width, width, config, rng);

    Sequence last = held(register_module("out", new Sequence()));
    norm = last.add(0, new GroupNorm(width, config.groups(), 1e-5));
    narrow = last.add(2, SameConv2d.zero(width, width / 2, 3, rng));
    classifier = register_module("classifier", Linear.xavier(width / 2, 1, rng));
  }

  /** Stretches (B, M, C) over the columns of a map, as (B, C, 1, columns). */
  private static Tensor alongTime(Tensor context, long columns) {
    return upsample_linear1d(context.transpose(1, 2), new long[] {columns}, false).unsqueeze(2);
  }

  private <M extends Module> M held(M module) {
    held.add(module);
    return module;
  }

  private Sequence next(ModuleListImpl blocks) {
    Sequence sequence = held(new Sequence());
    blocks.push_back(sequence);
    return sequence;
  }

  private void residual(
      Sequence into, int place, int in, int out, AlignmentConfig config, Rng rng) {
    TimedResidual block =
        into.add(place, new TimedResidual(in, out, TIME_RATIO * channels, config.groups(), rng));
    stages.add((x, t, c) -> block.forward(x, t));
  }

  private void transformer(Sequence into, int place, int width, AlignmentConfig config, Rng rng) {
    ContextTransformer block =
        into.add(
            place,
            new ContextTransformer(width, config.context(), config.heads(), config.groups(), rng));
    stages.add((x, t, c) -> block.forward(x, c));
  }

  /** Maps (B, C, H, W), timesteps (B) and context (B, M, contextWidth) to logits (B). */
  Tensor forward(Tensor x, Tensor timesteps, Tensor context) {
    Tensor time = silu(time2.forward(silu(time1.forward(sinusoid.cosFirst(timesteps)))));
    for (Stage stage : stages) {
      x = stage.apply(x, time, context);
    }
    Tensor pooled = narrow.forward(silu(norm.forward(x))).mean(-1, -2);
    return classifier.forward(pooled).squeeze(1);
  }
}
