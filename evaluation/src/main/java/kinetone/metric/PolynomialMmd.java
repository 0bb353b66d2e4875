package kinetone.metric;

import java.util.List;
import kinetone.common.Check;

/**
 * Squared maximum mean discrepancy with the kernel (x·y / d + 1)³, unbiased: KVD with features of
 * I3D (Unterthiner et al. 2018), KID with those of Inception (Bińkowski et al. 2018). The protocol
 * is MM-Diffusion's: all pairs at once, no subsets. It may be negative, and is about 0 between
 * halves of one set whatever their size.
 */
public final class PolynomialMmd {
  private final List<double[]> reference;
  private final double within;

  /**
   * Distances from a reference.
   *
   * @param reference features, a row per clip, two rows at least
   */
  public PolynomialMmd(List<double[]> reference) {
    Check.atLeast("clips for a kernel distance", reference.size(), 2);
    this.reference = reference;
    this.within = within(reference);
  }

  /**
   * The distance of {@code clips} from the reference.
   *
   * @param clips features of the reference's width, a row per clip, two rows at least
   */
  public double of(List<double[]> clips) {
    Check.atLeast("clips for a kernel distance", clips.size(), 2);
    Check.that(
        clips.get(0).length == reference.get(0).length,
        "features of width %d and %d cannot be compared",
        reference.get(0).length,
        clips.get(0).length);
    double between = 0;
    for (double[] x : reference) {
      for (double[] y : clips) {
        between += kernel(x, y);
      }
    }
    return within + within(clips) - 2 * between / ((double) reference.size() * clips.size());
  }

  /** Mean over pairs of different rows. */
  private static double within(List<double[]> rows) {
    double sum = 0;
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < i; j++) {
        sum += kernel(rows.get(i), rows.get(j));
      }
    }
    return 2 * sum / ((double) rows.size() * (rows.size() - 1));
  }

  private static double kernel(double[] x, double[] y) {
    double product = 0;
    for (int i = 0; i < x.length; i++) {
      product += x[i] * y[i];
    }
    double base = product / x.length + 1;
    return base * base * base;
  }
}
