package kinetone.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import kinetone.metric.Bootstrap;
import kinetone.metric.FrechetDistance;

/** Fréchet distances between sets of judged clips, over a classifier's features. */
final class FeatureDistance {
  /** Draws of a distance cost more than those of a mean. */
  private static final Bootstrap FEWER = new Bootstrap(500, 0.95, 1);

  private FeatureDistance() {}

  /**
   * How far {@code clips} are from {@code reference}, with an interval over clips that is moved by
   * the distance's own bias.
   */
  static Bootstrap.Interval of(
      List<JudgedClip> clips, List<JudgedClip> reference, Function<JudgedClip, double[]> features) {
    FrechetDistance distance = new FrechetDistance(reference.stream().map(features).toList());
    return FEWER.centred(
        clips.size(),
        drawn ->
            distance.of(Arrays.stream(drawn).mapToObj(i -> features.apply(clips.get(i))).toList()));
  }
}
