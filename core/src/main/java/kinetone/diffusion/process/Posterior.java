package kinetone.diffusion.process;

import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import org.bytedeco.pytorch.Tensor;

/**
 * The posterior q(z_s | z_t, x_0) of a step from t down to s &lt; t (Ho, Jain, Abbeel 2020,
 * equations 6 and 7, with β = 1 − ᾱ_t / ᾱ_s).
 */
public final class Posterior {
  private final LevelTable clean;
  private final LevelTable noisy;
  private final LevelTable logVariance;
  private final LevelTable logBeta;

  /**
   * Numbers of one step.
   *
   * @param beta 1 − ᾱ_t / ᾱ_s
   * @param clean factor of x_0 in the mean
   * @param noisy factor of z_t in the mean
   * @param variance β̃, zero when s = 0
   */
  public record Step(double beta, double clean, double noisy, double variance) {
    /** The step from {@code from} to {@code to}. */
    public static Step of(NoiseSchedule schedule, int from, int to) {
      double now = schedule.alphaBar(from);
      double next = schedule.alphaBar(to);
      double beta = to == from - 1 ? schedule.beta(from) : 1 - now / next;
      return new Step(
          beta,
          beta * Math.sqrt(next) / (1 - now),
          (1 - next) * Math.sqrt(1 - beta) / (1 - now),
          beta * (1 - next) / (1 - now));
    }
  }

  /** The posterior of single steps t to t − 1. */
  public Posterior(NoiseSchedule schedule) {
    int steps = schedule.steps();
    // At level 0 there is no step: the mean is x_0 itself and the variances stand for nothing.
    clean = new LevelTable(steps, t -> t == 0 ? 1 : Step.of(schedule, t, t - 1).clean());
    noisy = new LevelTable(steps, t -> t == 0 ? 0 : Step.of(schedule, t, t - 1).noisy());
    logVariance =
        new LevelTable(
            steps,
            t -> {
              // β̃_1 is zero; its logarithm is replaced by that of β̃_2 (Nichol and Dhariwal 2021).
              int safe = Math.min(Math.max(t, 2), steps);
              return Math.log(Step.of(schedule, safe, safe - 1).variance());
            });
    logBeta = new LevelTable(steps, t -> Math.log(schedule.beta(Math.max(t, 1))));
  }

  /** The mean of q(z_{t−1} | z_t, x_0) at each position; x_0 where the level is 0. */
  public Latents mean(Latents cleanLatents, Latents noisyLatents, NoiseLevels levels) {
    return ForwardProcess.combine(clean, cleanLatents, noisy, noisyLatents, levels);
  }

  /** log β̃_t per position of {@code like}, (B, time, 1, ...), clipped at t = 1. */
  public Tensor logVariance(Tensor levels, Tensor like) {
    return logVariance.at(levels, like);
  }

  /** log β_t per position of {@code like}, (B, time, 1, ...). */
  public Tensor logBeta(Tensor levels, Tensor like) {
    return logBeta.at(levels, like);
  }
}
