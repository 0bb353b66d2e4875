package kinetone.metric;

import kinetone.common.Check;

/**
 * How far one distribution over a few kinds is from another: half the sum of the differences of
 * their shares, the share of one that would have to change its kind to become the other. 0 where
 * both are equal, 1 where they have no kind in common. Few draws make it too large; beside it
 * belongs that of as many real ones.
 */
public final class TotalVariation {
  private TotalVariation() {}

  /**
   * The distance, from 0 to 1; not a number where a distribution holds nothing.
   *
   * @param first weights by kind, 0 or more, in any scale
   * @param second likewise, of the same kinds
   */
  public static double of(double[] first, double[] second) {
    Check.that(
        first.length == second.length,
        "distributions over %d and %d kinds cannot be compared",
        first.length,
        second.length);
    double total1 = sum(first);
    double total2 = sum(second);
    double off = 0;
    for (int i = 0; i < first.length; i++) {
      off += Math.abs(first[i] / total1 - second[i] / total2);
    }
    return off / 2;
  }

  private static double sum(double[] weights) {
    double sum = 0;
    for (double weight : weights) {
      sum += Check.atLeast("weight of a kind", weight, 0);
    }
    return sum;
  }
}
