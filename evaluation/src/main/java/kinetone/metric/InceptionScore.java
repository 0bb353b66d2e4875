package kinetone.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import kinetone.common.Check;

/**
 * The inception score (Salimans et al. 2016): exp of the mean divergence of a clip's classes from
 * those of all clips. Large when every clip is clearly something and all together are many things;
 * it looks at no real clip. At most the number of classes, at least 1.
 *
 * <p>The protocol is that of SpecVQGAN and audioldm_eval: clips are shuffled as numpy's RandomState
 * with the seed 2020 does it, cut into {@code splits} parts, and mean and deviation (over n) of the
 * parts' scores are told. A part of few clips has a small score: figures of different numbers of
 * clips do not compare.
 *
 * @param mean of the parts
 * @param deviation of the parts
 */
public record InceptionScore(double mean, double deviation) {
  /** Of papers: ten parts. */
  public static final int SPLITS = 10;

  private static final int SEED = 2020;

  /**
   * Of what a classifier says.
   *
   * @param logits a row per clip, one at least for each part
   * @param splits number of parts
   */
  public static InceptionScore of(List<double[]> logits, int splits) {
    int all = logits.size();
    Check.within("splits", splits, 1, all);
    int[] order = splits == 1 ? IntStream.range(0, all).toArray() : NumpyShuffle.order(all, SEED);
    double[] scores = new double[splits];
    for (int part = 0; part < splits; part++) {
      List<double[]> rows = new ArrayList<>();
      int end = (int) ((part + 1L) * all / splits);
      for (int n = (int) ((long) part * all / splits); n < end; n++) {
        rows.add(Logits.logSoftmax(logits.get(order[n])));
      }
      scores[part] = score(rows);
    }
    double mean = 0;
    for (double score : scores) {
      mean += score / splits;
    }
    double variance = 0;
    for (double score : scores) {
      variance += (score - mean) * (score - mean) / splits;
    }
    return new InceptionScore(mean, Math.sqrt(variance));
  }

  private static double score(List<double[]> rows) {
    double[] together = new double[rows.get(0).length];
    for (double[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        together[i] += Math.exp(row[i]) / rows.size();
      }
    }
    double divergence = 0;
    for (double[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        double p = Math.exp(row[i]);
        // What cannot happen adds nothing.
        divergence += p == 0 ? 0 : p * (row[i] - Math.log(together[i])) / rows.size();
      }
    }
    return Math.exp(divergence);
  }
}
