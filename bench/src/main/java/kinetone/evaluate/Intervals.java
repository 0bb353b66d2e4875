package kinetone.evaluate;

import java.util.Arrays;
import java.util.List;
import kinetone.metric.Bootstrap;

/** Intervals over clips of the figures that metrics share. */
final class Intervals {
  /** Of figures whose draws cost more than those of a mean. */
  static final Bootstrap FEWER = new Bootstrap(200, 0.95, 1);

  private Intervals() {}

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
  static List<double[]> drawn(List<double[]> rows, int[] drawn) {
    return Arrays.stream(drawn).mapToObj(rows::get).toList();
  }
}
