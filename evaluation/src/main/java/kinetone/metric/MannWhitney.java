package kinetone.metric;

import java.util.Arrays;
import kinetone.common.Check;
import org.apache.commons.statistics.inference.MannWhitneyUTest;
import org.apache.commons.statistics.inference.SignificanceResult;

/**
 * Whether values of one group tend to be larger than those of another: Mann and Whitney's U (1947),
 * two-sided. Without ties and with small groups p is exact, else the normal approximation with
 * corrections for ties and continuity, as scipy's {@code mannwhitneyu}. It takes every value as
 * independent of the others.
 *
 * @param u how often a value of the first group exceeds one of the second; ties count one half
 * @param p two-sided; 1 where all values are the same
 */
public record MannWhitney(double u, double p) {
  /** Compares two groups of at least one value each. */
  public static MannWhitney of(double[] first, double[] second) {
    Check.atLeast("values of a group", Math.min(first.length, second.length), 1);
    if (Arrays.stream(first).allMatch(value -> value == first[0])
        && Arrays.stream(second).allMatch(value -> value == first[0])) {
      return new MannWhitney(0.5 * first.length * second.length, 1);
    }
    SignificanceResult found = MannWhitneyUTest.withDefaults().test(first, second);
    return new MannWhitney(found.getStatistic(), Math.min(1, found.getPValue()));
  }
}
