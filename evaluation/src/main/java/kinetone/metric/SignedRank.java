package kinetone.metric;

import java.util.Arrays;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;

/**
 * Whether differences of pairs lie around zero: Wilcoxon's signed ranks (1945), two-sided. Pairs
 * without a difference are left out. Without ties p is exact, else the normal approximation with
 * correction for continuity, as scipy's {@code wilcoxon(zero_method="wilcox", correction=True)}.
 *
 * @param pairs that differ
 * @param p two-sided; 1 where no pair differs
 */
public record SignedRank(int pairs, double p) {
  /** Tests differences of pairs, in any order. */
  public static SignedRank of(double[] differences) {
    double[] left = Arrays.stream(differences).filter(one -> one != 0).toArray();
    if (left.length == 0) {
      return new SignedRank(0, 1);
    }
    double p = WilcoxonSignedRankTest.withDefaults().test(left).getPValue();
    return new SignedRank(left.length, Math.min(1, p));
  }
}
