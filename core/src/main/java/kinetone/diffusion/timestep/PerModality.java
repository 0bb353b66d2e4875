package kinetone.diffusion.timestep;

import java.util.EnumMap;
import java.util.Map;
import kinetone.common.Check;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Tensor;

/**
 * Pm: a timestep for each modality, t(m, n) = t_ref(m, 1), as in UniDiffuser.
 *
 * @param steps T
 * @param lengths time positions of each modality
 */
public record PerModality(int steps, Map<Modality, Integer> lengths) implements TimestepSampler {
  /** Checks the number of steps. */
  public PerModality {
    Check.atLeast("diffusion steps", steps, 1);
    lengths = Map.copyOf(lengths);
  }

  @Override
  public NoiseLevels sample(long batch, Rng rng) {
    Map<Modality, Tensor> levels = new EnumMap<>(Modality.class);
    for (Modality modality : Modality.values()) {
      if (lengths.containsKey(modality)) {
        Tensor drawn = rng.integers(1, steps + 1L, batch, 1);
        levels.put(modality, drawn.repeat(1, lengths.get(modality)));
      }
    }
    return NoiseLevels.of(levels);
  }
}
