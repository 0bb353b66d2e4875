package kinetone.diffusion.timestep;

import java.util.EnumMap;
import java.util.Map;
import kinetone.common.Check;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.task.SegmentMap;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Tensor;

/**
 * Pt: a timestep for each time segment, the same in both modalities, t(m, n) = t_ref(1, n).
 *
 * @param steps T
 * @param map which sound belongs to which picture
 */
public record PerTimeSegment(int steps, SegmentMap map) implements TimestepSampler {
  /** Checks the number of steps. */
  public PerTimeSegment {
    Check.atLeast("diffusion steps", steps, 1);
  }

  @Override
  public NoiseLevels sample(long batch, Rng rng) {
    Tensor drawn = rng.integers(1, steps + 1L, batch, map.videoLatents());
    Map<Modality, Tensor> levels = new EnumMap<>(Modality.class);
    for (Modality modality : Modality.values()) {
      levels.put(modality, Segments.spread(drawn, map, modality));
    }
    return NoiseLevels.of(levels);
  }
}
