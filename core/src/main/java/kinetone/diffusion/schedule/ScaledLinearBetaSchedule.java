package kinetone.diffusion.schedule;

import kinetone.common.Check;

/**
 * √β rises linearly (Rombach et al. 2022). Stable Diffusion: 1000 steps from 0.00085 to 0.012;
 * AudioLDM: from 0.0015 to 0.0195.
 */
public final class ScaledLinearBetaSchedule extends TabulatedSchedule {
  /** A schedule of {@code steps} steps from β_1 = {@code first} to β_T = {@code last}. */
  public ScaledLinearBetaSchedule(int steps, double first, double last) {
    super(betas(steps, first, last));
  }

  private static double[] betas(int steps, double first, double last) {
    Check.atLeast("diffusion steps", steps, 2);
    double[] roots = LinearBetaSchedule.line(steps, Math.sqrt(first), Math.sqrt(last));
    for (int i = 0; i < steps; i++) {
      roots[i] *= roots[i];
    }
    return roots;
  }
}
