package kinetone.evaluate;

import java.util.Arrays;
import java.util.List;
import kinetone.metric.Bootstrap;

/** Intervals over clips of the figures that metrics share. */
final class Intervals {
  /** Of figures whose draws cost more than those of a mean. */
  static final Bootstrap FEWER = new Bootstrap(200, 0.95, 1);

  /** A distance of features as wide as those of Inception takes seconds. */
  private static final int WIDE = 256;

  /** One of so many and so wide features takes minutes. */
  private static final int DEAR = 1024;

  private static final Bootstrap FEWEST = new Bootstrap(20, 0.95, 1);

  private Intervals() {}

  /** Whether a Fréchet distance of these rows is told without an interval. */
  static boolean isDear(List<double[]> rows) {
    return Math.min(rows.size(), rows.get(0).length) >= DEAR;
  }

  /** Of a Fréchet distance of these rows: the wider and the more, the longer one draw takes. */
  static Bootstrap ofDistance(List<double[]> rows) {
    return Math.min(rows.size(), rows.get(0).length) < WIDE ? FEWER : FEWEST;
  }

  /** The mean of one number per clip. */
  static Bootstrap.Interval mean(double[] values) {
    return Bootstrap.STANDARD.interval(
        values.length,
        drawn -> {
          double sum = 0;
          for (int i : drawn) {
            sum += values[i];
          }
          return sum / drawn.length;
        });
  }

  /** The chosen rows, some of them again. */
  static <T> List<T> drawn(List<T> rows, int[] drawn) {
    return Arrays.stream(drawn).mapToObj(rows::get).toList();
  }
}
