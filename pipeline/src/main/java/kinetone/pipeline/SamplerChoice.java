package kinetone.pipeline;

import kinetone.common.KinetoneException;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.VarianceType;
import kinetone.diffusion.sampler.DdimSampler;
import kinetone.diffusion.sampler.DdpmSampler;
import kinetone.diffusion.sampler.DpmSolverPlusPlus2M;
import kinetone.diffusion.sampler.Sampler;
import kinetone.diffusion.sampler.StepwiseSampler;
import kinetone.diffusion.schedule.Respacing;

/** The samplers by the names users type. */
public enum SamplerChoice {
  /** Denoising diffusion implicit models, η = 0. */
  DDIM,
  /** Ancestral sampling. */
  DDPM,
  /** DPM-Solver++ (2M). */
  DPMPP;

  /**
   * This sampler.
   *
   * @param variance of ancestral steps
   */
  public Sampler sampler(NoiseSchedule schedule, int steps, VarianceType variance) {
    return this == DPMPP
        ? new DpmSolverPlusPlus2M(schedule, steps)
        : stepwise(schedule, steps, variance);
  }

  /**
   * The same for methods that correct single steps.
   *
   * @throws KinetoneException for DPM-Solver++, which looks back over two
   */
  public StepwiseSampler stepwise(NoiseSchedule schedule, int steps, VarianceType variance) {
    return switch (this) {
      case DDIM -> DdimSampler.deterministic(schedule, steps);
      case DDPM ->
          new DdpmSampler(
              schedule, Respacing.of(Integer.toString(steps), schedule.steps()), variance);
      case DPMPP ->
          throw KinetoneException.user(
              "conditioning reconstruction corrects single steps, but dpmpp looks back over two;"
                  + " use sampler ddim or ddpm");
    };
  }
}
