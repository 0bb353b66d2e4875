package kinetone.diffusion.sampler;

import java.util.EnumMap;
import java.util.Map;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.Posterior;
import kinetone.diffusion.process.VarianceType;
import kinetone.diffusion.schedule.Respacing;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Ancestral sampling (Ho, Jain, Abbeel 2020, algorithm 2) over respaced steps (Nichol and Dhariwal
 * 2021): z_s = posterior mean of the estimated x_0 + σ · noise, no noise in the last step.
 */
public final class DdpmSampler extends StepwiseSampler {
  private final VarianceType variance;

  /** A sampler of {@code schedule} through the steps of {@code respacing}. */
  public DdpmSampler(NoiseSchedule schedule, Respacing respacing, VarianceType variance) {
    super(schedule, respacing);
    this.variance = variance;
  }

  @Override
  public Step step(
      Latents noisy, Denoiser.Prediction prediction, int from, int to, NoiseSource noise) {
    Posterior.Step posterior = Posterior.Step.of(schedule(), from, to);
    Latents clean = Mix.clean(schedule(), from, noisy, prediction.noise());
    Latents mean = Mix.of(posterior.clean(), clean, posterior.noisy(), noisy);
    if (to == 0) {
      return new Step(mean, clean);
    }
    Latents drawn = noise.like(noisy);
    Latents next =
        switch (variance) {
          case FIXED_SMALL -> Mix.of(1, mean, Math.sqrt(posterior.variance()), drawn);
          case FIXED_LARGE -> Mix.of(1, mean, Math.sqrt(posterior.beta()), drawn);
          case LEARNED_RANGE -> learned(mean, prediction, posterior, drawn);
        };
    return new Step(next, clean);
  }

  private static Latents learned(
      Latents mean, Denoiser.Prediction prediction, Posterior.Step posterior, Latents drawn) {
    Latents range =
        prediction
            .variance()
            .orElseThrow(
                () ->
                    KinetoneException.user(
                        "the network predicts no variance; sample with a fixed variance"));
    // log σ = ½ (f log β + (1 − f) log β̃) with f = (v + 1) / 2.
    double upper = Math.log(posterior.beta());
    double lower = Math.log(posterior.variance());
    Scalar slope = new Scalar((upper - lower) / 4);
    Scalar middle = new Scalar((upper + lower) / 4);
    Map<Modality, Tensor> next = new EnumMap<>(Modality.class);
    for (Modality modality : mean.modalities()) {
      Tensor deviation = range.get(modality).mul(slope).add(middle).exp();
      next.put(modality, mean.get(modality).addcmul(deviation, drawn.get(modality)));
    }
    return Latents.of(next);
  }
}
