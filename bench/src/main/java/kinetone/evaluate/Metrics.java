package kinetone.evaluate;

import static kinetone.evaluate.FrechetMetric.Rows.FIRST;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import kinetone.common.KinetoneException;
import kinetone.metric.AvAlign;

/** All metrics there are, and the networks behind them. */
public final class Metrics implements AutoCloseable {
  private final SceneNetwork picture;
  private final SceneNetwork sound;
  private final AlignmentMeasure alignment;
  private final List<PublishedNetwork<?>> published;
  private final List<Metric> all;

  /**
   * All metrics.
   *
   * @param judges where the networks are that know procedural scenes
   * @param models folder in which imported networks of others have folders of their names
   */
  public Metrics(SceneJudges judges, Path models) {
    picture = new SceneNetwork(judges.kinds().resolve("picture"));
    sound = new SceneNetwork(judges.kinds().resolve("sound"));
    alignment = new AlignmentMeasure(judges.alignment(), judges.alignmentModel());
    String seen = network("pictures", picture);
    String heard = network("sound", sound);
    Measure onsets = new OnsetMeasure();
    Measure motion = new MotionMeasure();
    published = PublishedNetworks.in(models);
    List<Metric> ours =
        List.of(
            new FrechetMetric("fd-picture", "Fréchet distance, pictures", seen, picture, FIRST),
            new FrechetMetric("fd-sound", "Fréchet distance, sound", heard, sound, FIRST),
            new KernelMetric("kd-picture", "kernel distance, pictures", seen, picture),
            new KernelMetric("kd-sound", "kernel distance, sound", heard, sound),
            new InceptionMetric("is-picture", "inception score, pictures", seen, picture),
            new InceptionMetric("is-sound", "inception score, sound", heard, sound),
            new DivergenceMetric("kl-picture", "KL, pictures", seen, picture, 1),
            new DivergenceMetric("kl-sound", "KL, sound", heard, sound, 1),
            new OnsetMetric("onsets-50", 0.05, onsets),
            new OnsetMetric("onsets-125", 0.125, onsets),
            new AvAlignMetric(
                "av-align",
                "AV-Align",
                AvAlign.ORIGINAL,
                "its first form of 2023, in which one maximum may meet several onsets",
                motion),
            new AvAlignMetric(
                "av-align-paired",
                "AV-Align, paired",
                AvAlign.PAIRED,
                "TempoTokens' form of 2025, in which maxima below 0.1 pixel do not count and each"
                    + " meets one onset at most",
                motion),
            new MeanMetric(
                "align-acc",
                "Align-Acc",
                "Share of clips whose sound a classifier takes for that of their pictures (its"
                    + " window, clean latents, timestep 0, as Diff-Foley), mean over clips with"
                    + " both tracks that are long enough. The classifier of procedural scenes"
                    + " compares with no other. Intervals: bootstrap over clips.",
                Metric.Better.HIGHER,
                false,
                alignment),
            new MeanMetric(
                "kinds-agree",
                "same kind seen and heard",
                "Share of clips in which "
                    + seen
                    + " and "
                    + heard
                    + " name the same kind of scene; of clips with both tracks. Intervals:"
                    + " bootstrap over clips.",
                Metric.Better.HIGHER,
                false,
                new KindsMeasure(picture, sound)),
            new LevelMetric(new LevelMeasure()),
            new MeanMetric(
                "silence",
                "share of silence",
                "Share of blocks of 50 ms below -60 dB of full scale, mean over clips with sound."
                    + " Intervals: bootstrap over clips.",
                Metric.Better.LIKE_REAL,
                false,
                1,
                new LevelMeasure()),
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
    all = new ArrayList<>(ours);
    published.forEach(network -> all.addAll(network.metrics()));
  }

  private static String network(String what, SceneNetwork network) {
    return "the scene classifier of %s (SHA-256 of the weights %s...; trained on procedural scenes,"
            .formatted(what, network.weights().substring(0, 12))
        + " compares with no other network)";
  }

  /** All that can be measured here: those whose networks are there. */
  public List<Metric> all() {
    return all.stream().filter(one -> one.measure().missing().isEmpty()).toList();
  }

  /** All that are known, whether or not their networks are there. */
  public List<Metric> known() {
    return List.copyOf(all);
  }

  /**
   * Those of these names, in the order of the list; all that can be measured when none is named.
   *
   * @throws KinetoneException when a name is not known, or what it is measured with is not there
   */
  public List<Metric> named(List<String> names) {
    if (names.isEmpty()) {
      return all();
    }
    Set<String> known = all.stream().map(Metric::name).collect(Collectors.toSet());
    for (String name : names) {
      if (!known.contains(name)) {
        throw KinetoneException.user(
            "metric '%s' is not known; there are %s",
            name, all.stream().map(Metric::name).collect(Collectors.joining(", ")));
      }
    }
    List<Metric> wanted = all.stream().filter(one -> names.contains(one.name())).toList();
    for (Metric metric : wanted) {
      metric
          .measure()
          .missing()
          .ifPresent(
              what -> {
                throw KinetoneException.user("metric '%s' needs %s", metric.name(), what);
              });
    }
    return wanted;
  }

  @Override
  public void close() {
    picture.close();
    sound.close();
    alignment.close();
    published.forEach(PublishedNetwork::close);
  }
}
