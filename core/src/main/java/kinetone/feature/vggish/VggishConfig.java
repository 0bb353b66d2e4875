package kinetone.feature.vggish;

import java.util.List;
import kinetone.common.Check;

/**
 * The size of {@link Vggish}.
 *
 * @param levels channels of the convolutions of each level; a level ends by halving both axes
 * @param hidden width of both hidden layers
 * @param features numbers of an embedding
 */
public record VggishConfig(List<List<Integer>> levels, int hidden, int features) {
  /** As published with AudioSet. */
  public static final VggishConfig PUBLIC =
      new VggishConfig(
          List.of(List.of(64), List.of(128), List.of(256, 256), List.of(512, 512)), 4096, 128);

  /** Checks the ranges. */
  public VggishConfig {
    Check.that(levels != null && !levels.isEmpty(), "levels is empty");
    levels = levels.stream().map(List::copyOf).toList();
    for (List<Integer> level : levels) {
      Check.that(!level.isEmpty(), "a level of levels is empty");
      level.forEach(channels -> Check.atLeast("levels", channels, 1));
    }
    Check.atLeast("hidden", hidden, 1);
    Check.atLeast("features", features, 1);
    Check.that(
        VggishFrontEnd.BANDS >> levels.size() > 0,
        "levels = %d, halve %d bands to none",
        levels.size(),
        VggishFrontEnd.BANDS);
  }

  /** Numbers of the last level, all places of it together. */
  long flat() {
    List<Integer> last = levels.get(levels.size() - 1);
    long places =
        (long) (VggishFrontEnd.FRAMES >> levels.size()) * (VggishFrontEnd.BANDS >> levels.size());
    return places * last.get(last.size() - 1);
  }

  /** Trainable numbers, by arithmetic. */
  public long parameterCount() {
    long total = 0;
    long in = 1;
    for (List<Integer> level : levels) {
      for (long out : level) {
        total += 9 * in * out + out;
        in = out;
      }
    }
    long wide = hidden;
    return total + (flat() + 1) * wide + (wide + 1) * wide + (wide + 1) * features;
  }
}
