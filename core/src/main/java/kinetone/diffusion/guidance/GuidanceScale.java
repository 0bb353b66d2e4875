package kinetone.diffusion.guidance;

import kinetone.common.Check;

/** The weight of guidance over time, in DiT's form: 1 means no guidance. */
public sealed interface GuidanceScale {
  /**
   * The weight at level {@code t}.
   *
   * @param t level in (0, T]
   * @param steps T
   */
  double at(double t, int steps);

  /**
   * The same weight at every step.
   *
   * @param scale s
   */
  record Constant(double scale) implements GuidanceScale {
    @Override
    public double at(double t, int steps) {
      return scale;
    }
  }

  /**
   * MDT's dynamic weight 1 + (s − 1) · ½ (1 − cos(π (1 − (t−1)/T)^p)) (Gao et al. 2023). With
   * MDSGen's p = 0.01 it is practically constant.
   *
   * @param scale s, reached at the end of sampling
   * @param power p
   */
  record PowerCosine(double scale, double power) implements GuidanceScale {
    /** Checks the power. */
    public PowerCosine {
      Check.atLeast("guidance power", power, 0.0);
    }

    @Override
    public double at(double t, int steps) {
      double phase = Math.pow(1 - (t - 1) / steps, power);
      return 1 + (scale - 1) * 0.5 * (1 - Math.cos(Math.PI * phase));
    }
  }
}
