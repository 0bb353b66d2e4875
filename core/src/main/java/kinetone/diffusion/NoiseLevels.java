package kinetone.diffusion;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * The timestep vector t(m, n): for each modality m an int64 tensor (B, time) that holds the
 * timestep of every time position. 0 means clean, 1..T are the steps of the noise schedule (Kim et
 * al. 2024, section 3.1). Solvers that go between the steps show a network float32 timesteps.
 * Systems with one timestep per example repeat it along time; networks trained with DiT's numbering
 * 0..T−1 subtract one.
 */
public final class NoiseLevels {
  private final EnumMap<Modality, Tensor> steps;
  private final OptionalDouble time;

  private NoiseLevels(EnumMap<Modality, Tensor> steps, OptionalDouble time) {
    this.steps = steps;
    this.time = time;
  }

  /** Timesteps (B, time) by modality. */
  public static NoiseLevels of(Map<Modality, Tensor> steps) {
    return new NoiseLevels(new EnumMap<>(steps), OptionalDouble.empty());
  }

  /**
   * Timesteps that are {@code time} or 0 everywhere, as while sampling: who needs the number does
   * not have to ask a tensor, which would wait for the GPU.
   */
  public static NoiseLevels of(Map<Modality, Tensor> steps, double time) {
    return new NoiseLevels(new EnumMap<>(steps), OptionalDouble.of(time));
  }

  /** What every timestep above 0 is, where that is known without looking. */
  public OptionalDouble time() {
    return time;
  }

  /** The timesteps of {@code modality}, int64 (or float32 between steps), (B, time). */
  public Tensor get(Modality modality) {
    return steps.get(modality);
  }

  /** The modalities and their timesteps. */
  public Map<Modality, Tensor> asMap() {
    return Map.copyOf(steps);
  }
}
