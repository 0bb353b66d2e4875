package kinetone.metric;

import kinetone.common.Check;

/**
 * Rank-biserial correlation (Cureton 1956), the size of what Mann and Whitney's U tests: the share
 * of pairs of values in which the first group's is larger less the share in which it is smaller;
 * equal to 2U / (n₁ n₂) − 1 and to Cliff's delta. −1 to 1, 0 without a difference.
 */
public final class RankBiserial {
  private RankBiserial() {}

  /** Of single values. */
  public static double of(double[] first, double[] second) {
    double balance = 0;
    for (double one : first) {
      for (double other : second) {
        balance += Double.compare(one, other);
      }
    }
    return balance / ((double) first.length * second.length);
  }

  /**
   * Of scores that were counted.
   *
   * @param first how many values of the first group have each score, scores in rising order
   * @param second likewise
   * @return not a number where a group is empty
   */
  public static double ofCounts(long[] first, long[] second) {
    Check.that(first.length == second.length, "counts of different scores");
    double balance = 0;
    double firstAll = 0;
    double secondAll = 0;
    double secondBelow = 0;
    for (int score = 0; score < first.length; score++) {
      // Each of the first with its score exceeds those below; each of the second likewise.
      balance += first[score] * secondBelow - second[score] * firstAll;
      firstAll += first[score];
      secondBelow += second[score];
      secondAll += second[score];
    }
    return balance / (firstAll * secondAll);
  }
}
