package kinetone.metric;

import java.util.Arrays;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;
import org.apache.commons.statistics.ranking.NaturalRanking;
import org.apache.commons.statistics.ranking.TiesStrategy;

/**
 * Whether differences of pairs lie around zero: Wilcoxon's signed ranks (1945), two-sided. Pairs
 * without a difference are left out. Up to 100 pairs p is exact, with ties too: the share of all
 * signs of these very differences that give a sum of ranks as far off, as scipy's {@code
 * wilcoxon(zero_method="wilcox", method=PermutationMethod())} with all permutations. Beyond that it
 * is the normal approximation with corrections for ties and continuity.
 *
 * @param pairs that differ
 * @param p two-sided; 1 where no pair differs
 */
public record SignedRank(int pairs, double p) {
  private static final int MOST_EXACT = 100;

  /** Tests differences of pairs, in any order. */
  public static SignedRank of(double[] differences) {
    double[] left = Arrays.stream(differences).filter(one -> one != 0).toArray();
    if (left.length == 0) {
      return new SignedRank(0, 1);
    }
    double p =
        left.length <= MOST_EXACT
            ? exact(left)
            : WilcoxonSignedRankTest.withDefaults().test(left).getPValue();
    return new SignedRank(left.length, Math.min(1, p));
  }

  private static double exact(double[] differences) {
    double[] ranks =
        new NaturalRanking(TiesStrategy.AVERAGE)
            .apply(Arrays.stream(differences).map(Math::abs).toArray());
    // Doubled, so that the ranks of ties are whole.
    int all = differences.length * (differences.length + 1);
    double[] share = new double[all + 1];
    share[0] = 1;
    int positive = 0;
    for (int i = 0; i < ranks.length; i++) {
      int rank = (int) Math.round(2 * ranks[i]);
      positive += differences[i] > 0 ? rank : 0;
      for (int sum = all; sum >= 0; sum--) {
        share[sum] = (share[sum] + (sum >= rank ? share[sum - rank] : 0)) / 2;
      }
    }
    double tail = 0;
    for (int sum = 0; sum <= Math.min(positive, all - positive); sum++) {
      tail += share[sum];
    }
    return 2 * tail;
  }
}
