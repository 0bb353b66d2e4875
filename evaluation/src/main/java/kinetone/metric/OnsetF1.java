package kinetone.metric;

import java.util.Arrays;
import kinetone.common.Check;

/**
 * Agreement of two lists of instants: pairs that lie within a window, each instant in one pair at
 * most. Counts add up over clips ({@link #plus}), so that a clip weighs by its events (micro
 * average).
 *
 * @param matched number of pairs
 * @param detected number of instants that were found
 * @param expected number of instants that should be found
 */
public record OnsetF1(int matched, int detected, int expected) {
  /** Nothing counted yet. */
  public static final OnsetF1 NONE = new OnsetF1(0, 0, 0);

  /** Checks that the counts are possible. */
  public OnsetF1 {
    Check.atLeast("matched onsets", matched, 0);
    Check.that(
        matched <= Math.min(detected, expected),
        "%d of %d detected and %d expected onsets cannot match",
        matched,
        detected,
        expected);
  }

  /**
   * Counts one clip with the default window of one picture.
   *
   * @param framesPerSecond Hz
   */
  public static OnsetF1 withinOneFrame(
      double[] expected, double[] detected, double framesPerSecond) {
    return match(expected, detected, 1 / framesPerSecond);
  }

  /**
   * Counts one clip. Going through both lists in order of time and pairing the earliest that fit
   * gives the largest possible number of pairs, since all windows are equally wide.
   *
   * @param expected seconds, in any order
   * @param detected seconds, in any order
   * @param window largest distance of a pair, in seconds
   */
  public static OnsetF1 match(double[] expected, double[] detected, double window) {
    double[] a = expected.clone();
    double[] b = detected.clone();
    Arrays.sort(a);
    Arrays.sort(b);
    int i = 0;
    int j = 0;
    int pairs = 0;
    while (i < a.length && j < b.length) {
      if (Math.abs(a[i] - b[j]) <= window + 1e-9) {
        pairs++;
        i++;
        j++;
      } else if (a[i] < b[j]) {
        i++;
      } else {
        j++;
      }
    }
    return new OnsetF1(pairs, b.length, a.length);
  }

  /** The counts of both. */
  public OnsetF1 plus(OnsetF1 other) {
    return new OnsetF1(
        matched + other.matched, detected + other.detected, expected + other.expected);
  }

  /** Share of the found instants that are right; 1 when none was found. */
  public double precision() {
    return detected == 0 ? 1 : matched / (double) detected;
  }

  /** Share of the expected instants that were found; 1 when none was expected. */
  public double recall() {
    return expected == 0 ? 1 : matched / (double) expected;
  }

  /** 2 matched / (detected + expected), the harmonic mean; 1 when there is nothing to find. */
  public double f1() {
    return detected + expected == 0 ? 1 : 2.0 * matched / (detected + expected);
  }
}
