package kinetone.metric;

import java.util.List;

/**
 * Agreement of raters on ordered scores: Krippendorff's alpha with the ordinal metric (Krippendorff
 * 2011, "Computing Krippendorff's alpha-reliability", section E). 1 is full agreement, 0 what
 * chance gives. Raters may be missing; what one rater alone has scored does not count.
 */
public final class KrippendorffAlpha {
  private KrippendorffAlpha() {}

  /**
   * Agreement on things that were scored.
   *
   * @param counts of each thing, how many raters gave each score, scores in rising order
   * @return not a number where no two raters scored the same thing, or all scores are the same
   */
  public static double ordinal(List<int[]> counts) {
    if (counts.isEmpty()) {
      return Double.NaN;
    }
    int scores = counts.get(0).length;
    double[][] together = new double[scores][scores];
    double[] each = new double[scores];
    double all = 0;
    for (int[] thing : counts) {
      int raters = 0;
      for (int count : thing) {
        raters += count;
      }
      if (raters < 2) {
        continue;
      }
      for (int one = 0; one < scores; one++) {
        each[one] += thing[one];
        all += thing[one];
        for (int other = 0; other < scores; other++) {
          together[one][other] +=
              (double) thing[one] * (thing[other] - (one == other ? 1 : 0)) / (raters - 1);
        }
      }
    }
    double observed = 0;
    double expected = 0;
    for (int one = 0; one < scores; one++) {
      double between = each[one];
      for (int other = one + 1; other < scores; other++) {
        between += each[other];
        double apart = between - (each[one] + each[other]) / 2;
        observed += together[one][other] * apart * apart;
        expected += each[one] * each[other] * apart * apart;
      }
    }
    return expected == 0 ? Double.NaN : 1 - (all - 1) * observed / expected;
  }
}
