package kinetone.evaluate;

import java.util.List;
import kinetone.metric.Bootstrap;

/** A figure of many clips. Figures of different protocols do not compare; each says its own. */
public interface Metric {
  /** What is better. */
  enum Better {
    LOWER,
    HIGHER,
    LIKE_REAL
  }

  /** On the command line. */
  String name();

  /** For people. */
  String title();

  /** How it is measured, in one or two sentences. */
  String protocol();

  /** What is better. */
  Better better();

  /** What it is made of. */
  Measure measure();

  /** Fewest clips of a set. */
  default int fewest() {
    return 2;
  }

  /**
   * What real clips get, for comparison: one entry for each of {@link #of}, null where there is
   * none.
   */
  List<Figure> ofReal(Measured real);

  /** The figures of one set of made clips. */
  Verdict of(Measured real, Measured made);

  /**
   * The first of those figures, without its interval; not a number where there is none. Clips may
   * stand in {@code made} more than once.
   */
  double value(Measured real, Measured made);

  /** Whether a made clip is compared with the real one of its name, and not with the set. */
  default boolean paired() {
    return false;
  }

  /**
   * A number with its interval.
   *
   * @param name what it is
   * @param interval over clips; its ends may be no numbers
   */
  record Figure(String name, Bootstrap.Interval interval) {
    static Figure exact(String name, double value) {
      return new Figure(name, new Bootstrap.Interval(value, Double.NaN, Double.NaN));
    }
  }

  /**
   * What one set gets.
   *
   * @param figures the first is the metric's own
   * @param perClip one number for each clip, in order, by which clips are good and bad; empty where
   *     there is no such thing
   * @param curve the figure by number of clips; empty where nobody asks
   */
  record Verdict(List<Figure> figures, double[] perClip, List<Point> curve) {}

  /** A point of a curve. */
  record Point(double x, double y) {}
}
