package kinetone.bench;

import java.util.List;
import kinetone.metric.AlignAccuracy;
import kinetone.metric.Bootstrap;

/**
 * A share of scenes.
 *
 * @param what of them holds
 * @param share from 0 to 1
 * @param low end of its 95 % interval over scenes ({@link Bootstrap})
 * @param high end of it
 */
public record Share(String what, double share, double low, double high) {
  /** The share of {@code scenes}, each judged by itself. */
  static Share of(String what, List<AlignAccuracy> scenes) {
    Bootstrap.Interval interval =
        Bootstrap.STANDARD.interval(
            scenes.size(),
            drawn -> {
              AlignAccuracy sum = AlignAccuracy.NONE;
              for (int scene : drawn) {
                sum = sum.plus(scenes.get(scene));
              }
              return sum.share();
            });
    return new Share(what, interval.value(), interval.low(), interval.high());
  }
}
