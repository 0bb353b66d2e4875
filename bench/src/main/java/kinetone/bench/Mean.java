package kinetone.bench;

import java.util.Arrays;
import java.util.List;
import kinetone.metric.Bootstrap;

/**
 * A mean over scenes.
 *
 * @param what of, with its unit
 * @param mean of all scenes
 * @param low end of its 95 % interval over scenes ({@link Bootstrap})
 * @param high end of it
 */
public record Mean(String what, double mean, double low, double high) {
  /** The mean of {@code scenes}, a number each. */
  static Mean of(String what, List<Double> scenes) {
    Bootstrap.Interval interval =
        Bootstrap.STANDARD.interval(
            scenes.size(),
            drawn -> Arrays.stream(drawn).mapToDouble(scenes::get).average().orElse(0));
    return new Mean(what, interval.value(), interval.low(), interval.high());
  }
}
