package kinetone.bench;

import java.util.function.ToDoubleFunction;
import kinetone.metric.Bootstrap;

/**
 * A ratio over scenes.
 *
 * @param what of
 * @param ratio of all scenes together
 * @param low end of its 95 % interval over scenes ({@link Bootstrap})
 * @param high end of it
 */
public record Ratio(String what, double ratio, double low, double high) {
  /** The ratio that {@code of} gives of the scenes of these numbers. */
  static Ratio of(String what, int scenes, ToDoubleFunction<int[]> of) {
    Bootstrap.Interval interval = Bootstrap.STANDARD.interval(scenes, of);
    return new Ratio(what, interval.value(), interval.low(), interval.high());
  }
}
