package kinetone.diffusion.process;

import java.util.EnumMap;
import java.util.Map;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import org.bytedeco.pytorch.Tensor;

/**
 * The forward process with a noise level of its own for every time position (Kim et al. 2024, eq.
 * 5): z = √ᾱ_t(m,n) x_0 + √(1−ᾱ_t(m,n)) ε. Levels are int64 (B, time) in 0..T.
 */
public final class ForwardProcess {
  private final NoiseSchedule schedule;
  private final LevelTable signal;
  private final LevelTable noise;
  private final LevelTable inverseSignal;
  private final LevelTable noiseToSignal;

  /** The process of {@code schedule}. */
  public ForwardProcess(NoiseSchedule schedule) {
    this.schedule = schedule;
    int steps = schedule.steps();
    signal = new LevelTable(steps, schedule::signal);
    noise = new LevelTable(steps, schedule::noise);
    inverseSignal = new LevelTable(steps, t -> 1 / schedule.signal(t));
    noiseToSignal = new LevelTable(steps, t -> schedule.noise(t) / schedule.signal(t));
  }

  /** The schedule. */
  public NoiseSchedule schedule() {
    return schedule;
  }

  /** Draws z_t given x_0 = {@code clean} and ε = {@code epsilon}; level 0 returns x_0 exactly. */
  public Latents q(Latents clean, Latents epsilon, NoiseLevels levels) {
    return combine(signal, clean, noise, epsilon, levels);
  }

  /** x_0 = (z − √(1−ᾱ_t) ε) / √ᾱ_t; at level 0 it is z itself. */
  public Latents clean(Latents noisy, Latents epsilon, NoiseLevels levels) {
    Latents negative = epsilon.map(Tensor::neg);
    return combine(inverseSignal, noisy, noiseToSignal, negative, levels);
  }

  /** a·x + b·y with the coefficients of each position. */
  static Latents combine(LevelTable a, Latents x, LevelTable b, Latents y, NoiseLevels levels) {
    Map<Modality, Tensor> result = new EnumMap<>(Modality.class);
    for (Modality modality : x.modalities()) {
      Tensor first = x.get(modality);
      Tensor second = y.get(modality);
      Tensor steps = levels.get(modality);
      result.put(modality, first.mul(a.at(steps, first)).addcmul(second, b.at(steps, second)));
    }
    return Latents.of(result);
  }
}
