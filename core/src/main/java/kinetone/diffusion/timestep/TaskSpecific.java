package kinetone.diffusion.timestep;

import java.util.EnumMap;
import java.util.Map;
import kinetone.common.Check;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.task.TaskMask;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * Training for one task: what is given stays clean at t = 0, what is generated shares one uniform
 * timestep per example. The task-specific baseline of Kim et al. 2024, and UniForm's training.
 *
 * @param steps T
 * @param mask the task
 * @param lengths time positions of each modality
 */
public record TaskSpecific(int steps, TaskMask mask, Map<Modality, Integer> lengths)
    implements TimestepSampler {
  /** Checks the number of steps. */
  public TaskSpecific {
    Check.atLeast("diffusion steps", steps, 1);
    lengths = Map.copyOf(lengths);
  }

  @Override
  public NoiseLevels sample(long batch, Rng rng) {
    Tensor drawn = rng.integers(1, steps + 1L, batch, 1);
    Map<Modality, Tensor> levels = new EnumMap<>(Modality.class);
    lengths.forEach(
        (modality, length) -> {
          boolean[] generated = mask.generated(modality);
          long[] row = new long[length];
          for (int i = 0; i < length; i++) {
            row[i] = generated[i] ? 1 : 0;
          }
          levels.put(modality, drawn.mul(Tensors.of(row, 1, length)));
        });
    return NoiseLevels.of(levels);
  }
}
