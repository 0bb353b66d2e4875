package kinetone.diffusion.timestep;

import java.util.EnumMap;
import java.util.Map;
import kinetone.common.Check;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Tensor;

/**
 * One timestep per example, t = t_ref(1, 1): ordinary joint diffusion.
 *
 * @param steps T
 * @param lengths time positions of each modality
 */
public record Vanilla(int steps, Map<Modality, Integer> lengths) implements TimestepSampler {
  /** Checks the number of steps. */
  public Vanilla {
    Check.atLeast("diffusion steps", steps, 1);
    lengths = Map.copyOf(lengths);
  }

  @Override
  public NoiseLevels sample(long batch, Rng rng) {
    Tensor drawn = rng.integers(1, steps + 1L, batch, 1);
    Map<Modality, Tensor> levels = new EnumMap<>(Modality.class);
    lengths.forEach((modality, length) -> levels.put(modality, drawn.repeat(1, length)));
    return NoiseLevels.of(levels);
  }
}
