package kinetone.diffusion.schedule;

import kinetone.common.Check;

/**
 * β rises linearly (Ho, Jain, Abbeel 2020): from 1e-4 to 0.02 for T = 1000, and both scaled by
 * 1000/T for other T, as in DiT. Used by AVDiT, AV-DiT, MDSGen and UniForm.
 */
public final class LinearBetaSchedule extends TabulatedSchedule {
  /** T of all four systems. */
  public static final int STEPS = 1000;

  /** The schedule of Ho, Jain, Abbeel 2020, with {@link #STEPS} steps. */
  public LinearBetaSchedule() {
    this(STEPS);
  }

  /** The usual schedule with {@code steps} steps. */
  public LinearBetaSchedule(int steps) {
    this(steps, 1e-4, 0.02);
  }

  /**
   * A schedule between other ends.
   *
   * @param steps T
   * @param first β_1 if T were 1000
   * @param last β_T if T were 1000
   */
  public LinearBetaSchedule(int steps, double first, double last) {
    super(betas(steps, first, last));
  }

  private static double[] betas(int steps, double first, double last) {
    Check.atLeast("diffusion steps", steps, 2);
    double scale = 1000.0 / steps;
    return line(steps, scale * first, scale * last);
  }

  /** {@code count} evenly spaced values with both ends. */
  static double[] line(int count, double first, double last) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = first + (last - first) * i / (count - 1);
    }
    return values;
  }
}
