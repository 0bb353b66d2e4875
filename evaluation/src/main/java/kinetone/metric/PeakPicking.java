package kinetone.metric;

import java.util.Arrays;
import kinetone.common.Check;

/**
 * Peaks of a curve, after Böck, Krebs, Schedl, "Evaluating the online capabilities of onset
 * detection methods", ISMIR 2012, section 2.3; the same rules as librosa's {@code peak_pick}: value
 * n is a peak when
 *
 * <pre>
 *   x(n) = max x(n − preMax … n + postMax)
 *   x(n) ≥ mean x(n − preMean … n + postMean) + threshold
 *   n − previous peak &gt; spacing
 * </pre>
 *
 * @param preMax seconds
 * @param postMax seconds
 * @param preMean seconds
 * @param postMean seconds
 * @param threshold in the curve's unit
 * @param spacing seconds
 */
public record PeakPicking(
    double preMax,
    double postMax,
    double preMean,
    double postMean,
    double threshold,
    double spacing) {
  /** Checks that nothing is negative. */
  public PeakPicking {
    Check.atLeast("peak preMax", preMax, 0);
    Check.atLeast("peak postMax", postMax, 0);
    Check.atLeast("peak preMean", preMean, 0);
    Check.atLeast("peak postMean", postMean, 0);
    Check.atLeast("peak threshold", threshold, 0);
    Check.atLeast("peak spacing", spacing, 0);
  }

  /**
   * The indices of the peaks.
   *
   * @param curve values
   * @param rate values per second
   */
  public int[] peaks(double[] curve, double rate) {
    int beforeMax = steps(preMax, rate);
    int afterMax = steps(postMax, rate);
    int beforeMean = steps(preMean, rate);
    int afterMean = steps(postMean, rate);
    int wait = steps(spacing, rate);
    int[] found = new int[curve.length];
    int count = 0;
    for (int n = 0; n < curve.length; n++) {
      double max = Double.NEGATIVE_INFINITY;
      for (int i = Math.max(0, n - beforeMax); i <= Math.min(curve.length - 1, n + afterMax); i++) {
        max = Math.max(max, curve[i]);
      }
      int first = Math.max(0, n - beforeMean);
      int last = Math.min(curve.length - 1, n + afterMean);
      double mean = Arrays.stream(curve, first, last + 1).average().orElse(0);
      boolean apart = count == 0 || n - found[count - 1] > wait;
      if (curve[n] >= max && curve[n] >= mean + threshold && curve[n] > 0 && apart) {
        found[count++] = n;
      }
    }
    return Arrays.copyOf(found, count);
  }

  private static int steps(double seconds, double rate) {
    return (int) Math.floor(seconds * rate + 1e-6);
  }
}
