package kinetone.scene;

/** A second-order filter; formulas: Bristow-Johnson, "Cookbook formulae for audio EQ". */
final class Filter {
  private final double b0;
  private final double b1;
  private final double b2;
  private final double a1;
  private final double a2;
  private double s1;
  private double s2;

  private Filter(double b0, double b1, double b2, double a0, double a1, double a2) {
    this.b0 = b0 / a0;
    this.b1 = b1 / a0;
    this.b2 = b2 / a0;
    this.a1 = a1 / a0;
    this.a2 = a2 / a0;
  }

  static Filter lowPass(double hertz, double q, int sampleRate) {
    double w = angle(hertz, sampleRate);
    double c = Math.cos(w);
    double alpha = Math.sin(w) / (2 * q);
    return new Filter((1 - c) / 2, 1 - c, (1 - c) / 2, 1 + alpha, -2 * c, 1 - alpha);
  }

  /** Gain 1 at the centre. */
  static Filter bandPass(double hertz, double q, int sampleRate) {
    double w = angle(hertz, sampleRate);
    double alpha = Math.sin(w) / (2 * q);
    return new Filter(alpha, 0, -alpha, 1 + alpha, -2 * Math.cos(w), 1 - alpha);
  }

  double next(double x) {
    double y = b0 * x + s1;
    s1 = b1 * x - a1 * y + s2;
    s2 = b2 * x - a2 * y;
    return y;
  }

  private static double angle(double hertz, int sampleRate) {
    return 2 * Math.PI * Math.min(hertz, 0.45 * sampleRate) / sampleRate;
  }
}
