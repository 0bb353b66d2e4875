package kinetone.diffusion.sampler;

import kinetone.common.Check;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.schedule.Respacing;

/**
 * DDIM (Song, Meng, Ermon 2021, equations 12 and 16). With η = 0 it is deterministic and draws no
 * noise besides the initial one. AVDiT: 250 steps.
 */
public final class DdimSampler extends StepwiseSampler {
  private final double eta;

  /** A sampler of {@code schedule} through the steps of {@code respacing}, η in [0, 1]. */
  public DdimSampler(NoiseSchedule schedule, Respacing respacing, double eta) {
    super(schedule, respacing);
    this.eta = Check.within("DDIM eta", eta, 0, 1);
  }

  /** {@code steps} evenly spread steps and η = 0. */
  public static DdimSampler deterministic(NoiseSchedule schedule, int steps) {
    return new DdimSampler(schedule, Respacing.sections(schedule.steps(), steps), 0);
  }

  @Override
  public Step step(
      Latents noisy, Denoiser.Prediction prediction, int from, int to, NoiseSource noise) {
    double now = schedule().alphaBar(from);
    double next = schedule().alphaBar(to);
    double sigma = eta * Math.sqrt((1 - next) / (1 - now)) * Math.sqrt(1 - now / next);
    Latents clean = Mix.clean(schedule(), from, noisy, prediction.noise());
    Latents moved =
        Mix.of(Math.sqrt(next), clean, Math.sqrt(1 - next - sigma * sigma), prediction.noise());
    if (sigma == 0) {
      return new Step(moved, clean);
    }
    return new Step(Mix.of(1, moved, sigma, noise.like(noisy)), clean);
  }
}
