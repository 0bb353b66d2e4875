package kinetone.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import kinetone.metric.Bootstrap;
import kinetone.metric.TotalVariation;
import kinetone.scene.SceneKind;
import kinetone.scene.SceneMix;

/**
 * The figures of one set of clips, by name, each with its interval over clips; null where a set has
 * none. All sets have the same names in the same order, so that they can stand beside each other.
 */
final class JointFigures {
  private static final double NARROW = 0.05;
  private static final double WIDE = 0.125;

  private final List<JudgedClip> clips;
  private final Map<String, Bootstrap.Interval> figures = new LinkedHashMap<>();

  private JointFigures(List<JudgedClip> clips) {
    this.clips = clips;
  }

  /**
   * All figures of {@code clips}.
   *
   * @param reference other clips, real ones, from which distances are taken
   * @param data how often each kind occurs in the data
   */
  static Map<String, Bootstrap.Interval> of(
      List<JudgedClip> clips, List<JudgedClip> reference, SceneMix data) {
    JointFigures all = new JointFigures(clips);
    all.onsets("clips with impacts", clip -> clip.seen().impacts(), NARROW, WIDE);
    all.onsets("all clips", clip -> true, NARROW, WIDE);
    for (SceneKind kind : SceneKind.values()) {
      if (kind.impacts()) {
        all.onsets("seen as " + JointBench.words(kind), clip -> clip.seen() == kind, WIDE);
      }
    }
    all.mean("onsets seen per clip", clip -> clip.onsetsSeen().length);
    all.mean("onsets heard per clip", clip -> clip.onsetsHeard().length);
    all.mean("share of clips with impacts", clip -> clip.seen().impacts() ? 1 : 0);
    all.agreement();
    all.kinds(data);
    all.truth();
    all.mean("sharpness of pictures", JudgedClip::sharpness);
    all.distance("Fréchet distance, pictures", reference, JudgedClip::pictureFeatures);
    all.distance("Fréchet distance, sound", reference, JudgedClip::soundFeatures);
    return all.figures;
  }

  /** F1 between what is seen and what is heard, and what chance gives. */
  private void onsets(String which, Predicate<JudgedClip> belongs, double... windows) {
    OnsetComparison comparison = new OnsetComparison();
    List<JudgedClip> compared = clips.stream().filter(belongs).toList();
    compared.forEach(clip -> comparison.add(clip.onsetsSeen(), clip.onsetsHeard(), clip.seconds()));
    for (double within : windows) {
      String what = "onset F1 within %.0f ms, %s".formatted(1000 * within, which);
      boolean enough = compared.size() > 1;
      figures.put(what, enough ? comparison.score(what, within).interval() : null);
      figures.put(
          what + ", shuffled", enough ? comparison.shuffled(what, within).interval() : null);
      figures.put(what + ", fixed grid", enough ? comparison.grid(what, within).interval() : null);
    }
  }

  private void agreement() {
    mean("same kind seen and heard", clip -> clip.agrees() ? 1 : 0);
    List<JudgedClip> next = new ArrayList<>(clips);
    Collections.rotate(next, -1);
    figures.put(
        "same kind, sound of the next clip",
        average(clips.size(), i -> clips.get(i).seen() == next.get(i).heard() ? 1 : 0));
  }

  private void kinds(SceneMix data) {
    double[] expected =
        Arrays.stream(SceneKind.values())
            .mapToDouble(kind -> data.weights().getOrDefault(kind, 0.0))
            .toArray();
    double[] equal = Arrays.stream(expected).map(weight -> weight > 0 ? 1 : 0).toArray();
    Map<String, Function<JudgedClip, SceneKind>> senses = new LinkedHashMap<>();
    senses.put("seen", JudgedClip::seen);
    senses.put("heard", JudgedClip::heard);
    senses.forEach(
        (sense, kind) -> {
          variation("total variation of kinds, " + sense, kind, expected);
          variation("total variation from equally many, " + sense, kind, equal);
          double present =
              Arrays.stream(counts(everything(), kind)).filter(count -> count > 0).count();
          figures.put(
              "kinds that come up, " + sense,
              new Bootstrap.Interval(present, Double.NaN, Double.NaN));
        });
  }

  private void variation(String what, Function<JudgedClip, SceneKind> kind, double[] expected) {
    figures.put(
        what,
        Bootstrap.STANDARD.centred(
            clips.size(), drawn -> TotalVariation.of(counts(drawn, kind), expected)));
  }

  private double[] counts(int[] drawn, Function<JudgedClip, SceneKind> kind) {
    List<SceneKind> order = Arrays.asList(SceneKind.values());
    double[] counts = new double[order.size()];
    for (int i : drawn) {
      counts[order.indexOf(kind.apply(clips.get(i)))]++;
    }
    return counts;
  }

  private int[] everything() {
    return IntStream.range(0, clips.size()).toArray();
  }

  private void truth() {
    right("picture classifier names the true kind", JudgedClip::seen);
    right("sound classifier names the true kind", JudgedClip::heard);
  }

  private void right(String what, Function<JudgedClip, SceneKind> named) {
    if (clips.stream().map(JudgedClip::truth).anyMatch(Optional::isEmpty)) {
      figures.put(what, null);
      return;
    }
    mean(what, clip -> named.apply(clip) == clip.truth().orElseThrow() ? 1 : 0);
  }

  private void distance(
      String what, List<JudgedClip> reference, Function<JudgedClip, double[]> features) {
    figures.put(what, FeatureDistance.of(clips, reference, features));
  }

  private void mean(String what, ToDoubleFunction<JudgedClip> value) {
    figures.put(what, average(clips.size(), i -> value.applyAsDouble(clips.get(i))));
  }

  private static Bootstrap.Interval average(int count, IntToDoubleFunction value) {
    return Bootstrap.STANDARD.interval(
        count, drawn -> Arrays.stream(drawn).mapToDouble(value).average().orElse(Double.NaN));
  }
}
