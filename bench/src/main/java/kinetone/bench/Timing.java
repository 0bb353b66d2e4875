package kinetone.bench;

import java.util.Arrays;
import kinetone.common.Check;

/** Wall-clock seconds and their medians. */
final class Timing {
  private Timing() {}

  /** How long {@code work} takes, in seconds. */
  static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  /** The middle value, or the mean of the two middle ones. */
  static double median(double... values) {
    Check.atLeast("measurements", values.length, 1);
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** The smallest value. */
  static double min(double... values) {
    return Arrays.stream(values).min().orElseThrow();
  }
}
