package kinetone.diffusion.task;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntPredicate;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.tensor.DeviceConstant;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A task in latent positions: for each modality, which time positions are generated (true) and
 * which are given (false). The same for every example of a batch. Immutable.
 */
public final class TaskMask {
  private final EnumMap<Modality, boolean[]> generated;
  private final EnumMap<Modality, DeviceConstant> rows = new EnumMap<>(Modality.class);

  private TaskMask(Map<Modality, boolean[]> generated) {
    this.generated = new EnumMap<>(Modality.class);
    generated.forEach((modality, positions) -> this.generated.put(modality, positions.clone()));
    this.generated.forEach((modality, positions) -> rows.put(modality, row(positions)));
  }

  /** An arbitrary mask; true where a position is generated. */
  public static TaskMask of(Map<Modality, boolean[]> generated) {
    return new TaskMask(generated);
  }

  /** Everything in latents of these lengths is generated. */
  public static TaskMask all(Map<Modality, Integer> lengths) {
    EnumMap<Modality, boolean[]> mask = new EnumMap<>(Modality.class);
    lengths.forEach((modality, length) -> mask.put(modality, filled(length, true)));
    return new TaskMask(mask);
  }

  /** Everything of {@code modality} is generated, all the rest is given. */
  public static TaskMask only(Modality modality, Map<Modality, Integer> lengths) {
    EnumMap<Modality, boolean[]> mask = new EnumMap<>(Modality.class);
    lengths.forEach((m, length) -> mask.put(m, filled(length, m == modality)));
    return new TaskMask(mask);
  }

  /**
   * The mask of {@code task}.
   *
   * @throws KinetoneException when nothing is left to generate or a continued or inpainted clip
   *     keeps no whole segment
   */
  public static TaskMask of(Task task, SegmentMap map) {
    TaskMask mask;
    if (task instanceof Task.Joint) {
      mask = all(map.lengths());
    } else if (task instanceof Task.AudioToVideo) {
      mask = only(Modality.VIDEO, map.lengths());
    } else if (task instanceof Task.VideoToAudio) {
      mask = only(Modality.AUDIO, map.lengths());
    } else if (task instanceof Task.Continue given) {
      double limit = given.seconds() + SegmentMap.TOLERANCE;
      mask = bySegment(map, n -> map.end(n) > limit, n -> map.end(n) > limit);
      Check.that(
          mask.hasCondition(),
          "given start of %s s does not hold the first segment of %s s",
          given.seconds(),
          map.end(0));
    } else if (task instanceof Task.Inpaint gap) {
      IntPredicate touched =
          n ->
              map.end(n) > gap.from() + SegmentMap.TOLERANCE
                  && map.start(n) < gap.to() - SegmentMap.TOLERANCE;
      mask = bySegment(map, touched, touched);
      Check.that(
          mask.hasCondition(),
          "gap from %s s to %s s leaves no whole segment of the %s s clip",
          gap.from(),
          gap.to(),
          map.duration());
    } else if (task instanceof Task.Segments chosen) {
      chosen.video().forEach(map::requireSegment);
      chosen.audio().forEach(map::requireSegment);
      mask = bySegment(map, chosen.video()::contains, chosen.audio()::contains);
    } else {
      throw KinetoneException.internal("unknown task %s", task);
    }
    Check.that(
        mask.hasGenerated(), "%s leaves nothing to generate in %s s", words(task), map.duration());
    return mask;
  }

  /** For messages. */
  private static String words(Task task) {
    if (task instanceof Task.Continue kept) {
      return "keeping the first " + kept.seconds() + " s";
    }
    if (task instanceof Task.Inpaint gap) {
      return "a gap from " + gap.from() + " s to " + gap.to() + " s";
    }
    return "this choice of segments";
  }

  private static TaskMask bySegment(SegmentMap map, IntPredicate video, IntPredicate audio) {
    EnumMap<Modality, boolean[]> mask = new EnumMap<>(Modality.class);
    for (Modality modality : Modality.values()) {
      IntPredicate generated = modality == Modality.VIDEO ? video : audio;
      int[] segments = map.segments(modality);
      boolean[] positions = new boolean[segments.length];
      for (int i = 0; i < positions.length; i++) {
        positions[i] = generated.test(segments[i]);
      }
      mask.put(modality, positions);
    }
    return new TaskMask(mask);
  }

  /** The positions of {@code modality}, true where generated. */
  public boolean[] generated(Modality modality) {
    boolean[] positions = generated.get(modality);
    if (positions == null) {
      throw unknown(modality);
    }
    return positions.clone();
  }

  /** Whether any position is given. */
  public boolean hasCondition() {
    return has(false);
  }

  /** Whether any position is generated. */
  public boolean hasGenerated() {
    return has(true);
  }

  private boolean has(boolean value) {
    for (boolean[] positions : generated.values()) {
      for (boolean position : positions) {
        if (position == value) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Takes {@code whenGenerated} at generated positions and {@code whenGiven}, bit for bit, else.
   */
  public Latents select(Latents whenGenerated, Latents whenGiven) {
    EnumMap<Modality, Tensor> result = new EnumMap<>(Modality.class);
    for (Modality modality : whenGiven.modalities()) {
      Tensor given = whenGiven.get(modality);
      Tensor made = whenGenerated.get(modality);
      result.put(modality, made.where(tensor(modality, given), given));
    }
    return Latents.of(result);
  }

  /** Level {@code t} where generated and 0 where given, int64 (B, time), for {@code latents}. */
  public NoiseLevels levels(int t, Latents latents) {
    return levels((double) t, latents, false);
  }

  /** As {@link #levels(int, Latents)} for a time between two steps, as float32. */
  public NoiseLevels fractionalLevels(double t, Latents latents) {
    return levels(t, latents, true);
  }

  private NoiseLevels levels(double t, Latents latents, boolean fractional) {
    EnumMap<Modality, Tensor> result = new EnumMap<>(Modality.class);
    for (Modality modality : latents.modalities()) {
      Tensor like = latents.get(modality);
      Tensor row = row(modality, like);
      Tensor typed = fractional ? row.to(ScalarType.Float) : row;
      Scalar level = fractional ? new Scalar(t) : new Scalar((long) t);
      result.put(modality, typed.mul(level).repeat(like.size(0), 1));
    }
    // As a network reads it: timesteps between two steps are float32.
    double seen = fractional ? (float) t : t;
    return hasGenerated(latents) ? NoiseLevels.of(result, seen) : NoiseLevels.of(result);
  }

  private boolean hasGenerated(Latents latents) {
    for (Modality modality : latents.modalities()) {
      for (boolean position : generated.get(modality)) {
        if (position) {
          return true;
        }
      }
    }
    return false;
  }

  /** bool (1, time, 1, ...), true where generated, to broadcast over {@code like}. */
  public Tensor tensor(Modality modality, Tensor like) {
    long[] shape = new long[like.shape().length];
    Arrays.fill(shape, 1);
    shape[1] = like.size(1);
    return row(modality, like).view(shape).ne(new Scalar(0L));
  }

  private Tensor row(Modality modality, Tensor like) {
    boolean[] positions = generated.get(modality);
    if (positions == null) {
      throw unknown(modality);
    }
    if (positions.length != like.size(1)) {
      throw KinetoneException.internal(
          "the task has %d %s positions but the latents have %d",
          positions.length, modality, like.size(1));
    }
    return rows.get(modality).on(like.device(), ScalarType.Long);
  }

  /** int64 (1, time), 1 where generated. */
  private static DeviceConstant row(boolean[] positions) {
    long[] ones = new long[positions.length];
    for (int i = 0; i < ones.length; i++) {
      ones[i] = positions[i] ? 1 : 0;
    }
    return new DeviceConstant(() -> Tensors.of(ones, 1, ones.length));
  }

  private static KinetoneException unknown(Modality modality) {
    return KinetoneException.internal("the task says nothing about %s", modality);
  }

  private static boolean[] filled(int length, boolean value) {
    boolean[] positions = new boolean[length];
    Arrays.fill(positions, value);
    return positions;
  }
}
