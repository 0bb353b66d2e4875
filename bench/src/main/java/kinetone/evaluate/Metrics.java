package kinetone.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import kinetone.common.KinetoneException;

/** All metrics there are, and the networks behind them. */
public final class Metrics implements AutoCloseable {
  private final SceneNetwork picture;
  private final SceneNetwork sound;
  private final List<Metric> all;

  /**
   * All metrics.
   *
   * @param judges folder with the component folders {@code picture} and {@code sound}
   */
  public Metrics(Path judges) {
    picture = new SceneNetwork(judges.resolve("picture"));
    sound = new SceneNetwork(judges.resolve("sound"));
    String seen = network("pictures", picture);
    String heard = network("sound", sound);
    Measure onsets = new OnsetMeasure();
    all =
        List.of(
            new FrechetMetric("fd-picture", "Fréchet distance, pictures", seen, picture),
            new FrechetMetric("fd-sound", "Fréchet distance, sound", heard, sound),
            new KernelMetric("kd-picture", "kernel distance, pictures", seen, picture),
            new KernelMetric("kd-sound", "kernel distance, sound", heard, sound),
            new InceptionMetric("is-picture", "inception score, pictures", seen, picture),
            new InceptionMetric("is-sound", "inception score, sound", heard, sound),
            new DivergenceMetric("kl-picture", "KL, pictures", seen, picture),
            new DivergenceMetric("kl-sound", "KL, sound", heard, sound),
            new OnsetMetric("onsets-50", 0.05, onsets),
            new OnsetMetric("onsets-125", 0.125, onsets),
            new LevelMetric(new LevelMeasure()),
            new MeanMetric(
                "sharpness",
                "sharpness",
                "Mean over pictures of the variance of the Laplacian of brightness, squared grey"
                    + " levels of 255; mean over clips. Intervals: bootstrap over clips.",
                Metric.Better.LIKE_REAL,
                false,
                new SharpnessMeasure()),
            new MeanMetric(
                "drift",
                "drift between tracks (s)",
                "Distance of the ends of sound and picture as decoded, without its sign, mean over"
                    + " clips with both tracks. Intervals: bootstrap over clips.",
                Metric.Better.LOWER,
                true,
                new TrackMeasure()));
  }

  private static String network(String what, SceneNetwork network) {
    return "the scene classifier of %s (SHA-256 of the weights %s...; trained on procedural scenes,"
            .formatted(what, network.weights().substring(0, 12))
        + " compares with no other network)";
  }

  /** All of them. */
  public List<Metric> all() {
    return all;
  }

  /** Those of these names, in the order of the list; all when none is named. */
  public List<Metric> named(List<String> names) {
    if (names.isEmpty()) {
      return all;
    }
    Set<String> known = all.stream().map(Metric::name).collect(Collectors.toSet());
    for (String name : names) {
      if (!known.contains(name)) {
        throw KinetoneException.user(
            "metric '%s' is not known; there are %s",
            name, all.stream().map(Metric::name).collect(Collectors.joining(", ")));
      }
    }
    Set<String> wanted = new LinkedHashSet<>(names);
    return new ArrayList<>(all.stream().filter(one -> wanted.contains(one.name())).toList());
  }

  @Override
  public void close() {
    picture.close();
    sound.close();
  }
}
