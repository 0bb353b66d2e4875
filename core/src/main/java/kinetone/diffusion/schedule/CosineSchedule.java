package kinetone.diffusion.schedule;

/**
 * ᾱ follows a squared cosine with offset 0.008, β at most 0.999 (Nichol and Dhariwal 2021, section
 * 3.2).
 */
public final class CosineSchedule extends TabulatedSchedule {
  /** A schedule of {@code steps} steps. */
  public CosineSchedule(int steps) {
    super(betas(steps));
  }

  private static double[] betas(int steps) {
    double[] betas = new double[steps];
    for (int i = 0; i < steps; i++) {
      double ratio = curve((i + 1.0) / steps) / curve((double) i / steps);
      betas[i] = Math.min(1 - ratio, 0.999);
    }
    return betas;
  }

  private static double curve(double x) {
    double cosine = Math.cos((x + 0.008) / 1.008 * Math.PI / 2);
    return cosine * cosine;
  }
}
