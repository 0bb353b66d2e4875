package kinetone.diffusion.guidance;

import java.util.EnumMap;
import java.util.Map;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.Positions;
import kinetone.diffusion.schedule.LogSignal;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Zero-shot conditioning of a jointly trained network by replacement (MM-Diffusion with λ = 0): at
 * each step the condition is noised to the level of the generated part, always with the same noise,
 * and the network sees one level everywhere. Positions whose noise level is 0 are the condition.
 */
public final class Replacement implements Denoiser {
  private final Denoiser inner;
  private final LogSignal schedule;
  private final Latents noise;

  /**
   * Replaces with {@code noise}.
   *
   * @param noise ε of the condition, in the shapes of the latents; must outlive this object
   */
  public Replacement(Denoiser inner, NoiseSchedule schedule, Latents noise) {
    this.inner = inner;
    this.schedule = new LogSignal(schedule);
    this.noise = noise;
  }

  @Override
  public Prediction predict(Latents noisy, NoiseLevels levels, Conditions conditions) {
    double time = Positions.time(levels);
    Scalar signal = new Scalar(schedule.signal(time));
    Scalar deviation = new Scalar(schedule.noise(time));
    Latents renoised = noisy.zip(noise, (x, e) -> x.mul(signal).add(e, deviation));
    Latents inputs = Positions.whereNoisy(levels, noisy, renoised);
    Map<Modality, Tensor> uniform = new EnumMap<>(Modality.class);
    for (Modality modality : noisy.modalities()) {
      Tensor t = levels.get(modality);
      uniform.put(modality, t.masked_fill(t.eq(new Scalar(0L)), new Scalar(time)));
    }
    return inner.predict(inputs, NoiseLevels.of(uniform), conditions);
  }
}
