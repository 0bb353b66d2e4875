package kinetone.bench;

import java.util.List;
import kinetone.metric.Bootstrap;
import kinetone.metric.OnsetF1;

/**
 * An onset F1 over scenes.
 *
 * @param what was compared
 * @param withinMilliseconds how far apart two onsets may be that match
 * @param f1 of all scenes together
 * @param low end of its 95 % interval over scenes ({@link Bootstrap})
 * @param high end of it
 */
public record Score(String what, int withinMilliseconds, double f1, double low, double high) {
  /** The score of {@code scenes}, each counted by itself. */
  static Score of(String what, double withinSeconds, List<OnsetF1> scenes) {
    Bootstrap.Interval interval =
        Bootstrap.STANDARD.interval(
            scenes.size(),
            drawn -> {
              OnsetF1 sum = OnsetF1.NONE;
              for (int scene : drawn) {
                sum = sum.plus(scenes.get(scene));
              }
              return sum.f1();
            });
    return new Score(
        what,
        (int) Math.round(1000 * withinSeconds),
        interval.value(),
        interval.low(),
        interval.high());
  }

  /** The F1 with its interval alone. */
  Bootstrap.Interval interval() {
    return new Bootstrap.Interval(f1, low, high);
  }
}
