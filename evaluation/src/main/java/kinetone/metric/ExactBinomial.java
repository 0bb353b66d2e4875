package kinetone.metric;

import kinetone.common.Check;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.inference.BinomialTest;

/**
 * A share of choices with its exact interval (Clopper and Pearson 1934), and whether it is one half
 * (exact, two-sided), as scipy's {@code binomtest}. It takes every choice as independent.
 *
 * @param share with the ends of its 95 % interval; no numbers where nobody chose
 * @param p 1 where nobody chose
 */
public record ExactBinomial(Bootstrap.Interval share, double p) {
  private static final double LEVEL = 0.95;

  /**
   * Tests choices.
   *
   * @param chosen how often the one was chosen
   * @param choices how often the one or the other was
   */
  public static ExactBinomial of(int chosen, int choices) {
    Check.within("chosen", chosen, 0, choices);
    if (choices == 0) {
      return new ExactBinomial(new Bootstrap.Interval(Double.NaN, Double.NaN, Double.NaN), 1);
    }
    double p = BinomialTest.withDefaults().test(choices, chosen, 0.5).getPValue();
    return new ExactBinomial(
        new Bootstrap.Interval(
            (double) chosen / choices,
            chosen == 0 ? 0 : quantile(chosen, choices - chosen + 1, (1 - LEVEL) / 2),
            chosen == choices ? 1 : quantile(chosen + 1, choices - chosen, (1 + LEVEL) / 2)),
        Math.min(1, p));
  }

  private static double quantile(double a, double b, double share) {
    return BetaDistribution.of(a, b).inverseCumulativeProbability(share);
  }
}
