package kinetone.metric;

import java.util.function.ToDoubleFunction;
import kinetone.common.Check;

/**
 * Whether two models differ on the same clips (same requests, same seeds): the paired bootstrap.
 * Clips are drawn with replacement, the same for both, and the difference of the two figures is
 * taken of each draw (Efron and Tibshirani 1993, chapters 13 and 16).
 *
 * @param difference of the figures, first less second, with its interval
 * @param p two-sided: twice the smaller share of draws on either side of 0, never 0
 */
public record PairedComparison(Bootstrap.Interval difference, double p) {
  /**
   * Compares two figures of the same clips.
   *
   * @param clips how many
   * @param first figure of the clips of these numbers, from 0, of which some come again
   * @param second the other model's
   */
  public static PairedComparison of(
      Bootstrap bootstrap,
      int clips,
      ToDoubleFunction<int[]> first,
      ToDoubleFunction<int[]> second) {
    int[] sides = new int[2];
    int[] calls = new int[1];
    Bootstrap.Interval difference =
        bootstrap.interval(
            clips,
            drawn -> {
              double value = first.applyAsDouble(drawn) - second.applyAsDouble(drawn);
              // The last call is for the clips themselves.
              if (calls[0]++ < bootstrap.resamples()) {
                sides[0] += value <= 0 ? 1 : 0;
                sides[1] += value >= 0 ? 1 : 0;
              }
              return value;
            });
    double smaller = Math.min(sides[0], sides[1]) + 1.0;
    double p = Math.min(1, 2 * smaller / (bootstrap.resamples() + 1));
    return new PairedComparison(difference, Double.isNaN(difference.low()) ? Double.NaN : p);
  }

  /** Compares means of one value per clip. */
  public static PairedComparison ofMeans(Bootstrap bootstrap, double[] first, double[] second) {
    Check.that(
        first.length == second.length, "%d and %d clips are no pairs", first.length, second.length);
    return of(bootstrap, first.length, drawn -> mean(first, drawn), drawn -> mean(second, drawn));
  }

  private static double mean(double[] values, int[] drawn) {
    double sum = 0;
    for (int i : drawn) {
      sum += values[i];
    }
    return sum / drawn.length;
  }
}
