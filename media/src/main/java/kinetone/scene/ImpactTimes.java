package kinetone.scene;

import java.util.Arrays;
import java.util.SplittableRandom;
import kinetone.common.KinetoneException;

/**
 * When impacts happen: 1 to 5 in 2.1 s, never closer than {@link #SPACING}, none at the very start
 * or end, where neither a picture nor a sound window could show them.
 */
final class ImpactTimes {
  /** Least time between two impacts, seconds. */
  static final double SPACING = 0.28;

  private static final double FIRST = 0.1;
  private static final double LAST = 0.12;
  private static final double NOMINAL = 2.1;
  private static final int TRIES = 10_000;
  private static final double[] COUNTS = {0.15, 0.37, 0.31, 0.13, 0.04};

  private ImpactTimes() {}

  /** Independent times. */
  static double[] scattered(SplittableRandom random, double seconds) {
    int count = 1;
    for (double u = random.nextDouble() - COUNTS[0]; u > 0 && count < COUNTS.length; count++) {
      u -= COUNTS[count];
    }
    count = (int) Math.max(1, Math.round(count * seconds / NOMINAL));
    double room = seconds - FIRST - LAST;
    count = (int) Math.min(count, 1 + Math.floor(0.75 * room / SPACING));
    double[] times = new double[count];
    for (int i = 0; i < count; i++) {
      times[i] = random.nextDouble() * (room - (count - 1) * SPACING);
    }
    Arrays.sort(times);
    for (int i = 0; i < count; i++) {
      times[i] += FIRST + i * SPACING;
    }
    return times;
  }

  /**
   * A chain of impacts of one moving thing, whose motion between two impacts depends on the gap:
   * the first time is before the clip and the last one after it (or never, if the thing comes to
   * rest), and everything between is audible.
   *
   * @param gap draws the gap in seconds that follows one of the given length (negative for the
   *     first); a gap below {@link #SPACING} means that the thing rests
   */
  static double[] chain(SplittableRandom random, double seconds, Gap gap) {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      double[] times = draw(random, seconds, gap);
      if (valid(audible(times), seconds)) {
        return times;
      }
    }
    throw KinetoneException.internal("no impacts fit into %s s", seconds);
  }

  /** The times of a chain without the one before and the one after the clip. */
  static double[] audible(double[] chain) {
    return Arrays.copyOfRange(chain, 1, chain.length - 1);
  }

  /** Whether sorted times keep all the rules. */
  static boolean valid(double[] times, double seconds) {
    if (times.length == 0 || times.length > Math.max(1, Math.round(5 * seconds / NOMINAL))) {
      return false;
    }
    for (int i = 1; i < times.length; i++) {
      if (times[i] - times[i - 1] < SPACING) {
        return false;
      }
    }
    return times[0] >= FIRST && times[times.length - 1] <= seconds - LAST;
  }

  /** The index i of the chain's interval [times[i], times[i + 1]) that holds {@code time}. */
  static int interval(double[] chain, double time) {
    int i = 0;
    while (i + 2 < chain.length && time >= chain[i + 1]) {
      i++;
    }
    return i;
  }

  private static double[] draw(SplittableRandom random, double seconds, Gap gap) {
    double length = gap.after(-1);
    double[] times = new double[8 + (int) (seconds / SPACING)];
    times[0] = -random.nextDouble() * length;
    int n = 1;
    while (times[n - 1] < seconds) {
      times[n] = length < SPACING ? Double.POSITIVE_INFINITY : times[n - 1] + length;
      length = gap.after(length);
      n++;
    }
    return Arrays.copyOf(times, n);
  }

  /** Draws the gap that follows one of the given length. */
  @FunctionalInterface
  interface Gap {
    double after(double previous);
  }
}
