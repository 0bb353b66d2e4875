package kinetone.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import kinetone.metric.Bootstrap;
import kinetone.pipeline.TaskKind;
import kinetone.scene.ColourName;
import kinetone.scene.Facts;

/**
 * The figures of one set of clips that were asked for in words, by name; of what the task makes
 * alone. All sets of a task have the same names in the same order.
 */
final class PromptFigures {
  private static final double[] WINDOWS = {0.05, 0.125};

  /**
   * A clip of the set.
   *
   * @param facts what the prompt says
   * @param impacts when the scene behind the prompt has impacts, in seconds; nothing for what words
   *     alone make, which need not happen then
   * @param judged what the judge found
   * @param colour of what moves; none where nothing has one
   */
  record Made(
      Facts facts, Optional<double[]> impacts, JudgedClip judged, Optional<ColourName> colour) {}

  private final List<Made> clips;
  private final Map<String, Counted> figures = new LinkedHashMap<>();

  /**
   * A figure and of how many clips it can be asked.
   *
   * @param clips how many
   * @param value with its interval; null where there are none
   */
  record Counted(int clips, Bootstrap.Interval value) {}

  private PromptFigures(List<Made> clips) {
    this.clips = clips;
  }

  /**
   * All figures of {@code clips}.
   *
   * @param task that made them
   * @param reference real clips of other scenes, from which distances are taken
   */
  static Map<String, Counted> of(TaskKind task, List<Made> clips, List<JudgedClip> reference) {
    PromptFigures all = new PromptFigures(clips);
    boolean pictures = task != TaskKind.V2A;
    boolean sound = task != TaskKind.A2V;
    if (pictures) {
      all.share("kind seen as the prompt says", facts -> true, PromptFigures::seen);
    }
    if (sound) {
      all.share("kind heard as the prompt says", facts -> true, PromptFigures::heard);
    }
    if (pictures && sound) {
      all.share(
          "kind seen and heard as the prompt says",
          facts -> true,
          made -> seen(made) && heard(made));
    }
    if (pictures) {
      all.share(
          "colour as the prompt says",
          facts -> facts.colour().isPresent(),
          made -> made.colour().equals(made.facts().colour()));
    }
    if (sound) {
      all.share(
          "impacts heard, as many as the prompt says",
          facts -> facts.kind().impacts() && facts.count() > 0,
          made -> made.judged().onsetsHeard().length == made.facts().count());
    }
    if (task == TaskKind.V2A) {
      all.onsets("heard", JudgedClip::onsetsHeard);
    }
    if (task == TaskKind.A2V) {
      all.onsets("seen", JudgedClip::onsetsSeen);
    }
    if (pictures) {
      all.distance("Fréchet distance, pictures", reference, JudgedClip::pictureFeatures);
    }
    if (sound) {
      all.distance("Fréchet distance, sound", reference, JudgedClip::soundFeatures);
    }
    return all.figures;
  }

  private static boolean seen(Made made) {
    return made.judged().seen() == made.facts().kind();
  }

  private static boolean heard(Made made) {
    return made.judged().heard() == made.facts().kind();
  }

  private void share(String what, Predicate<Facts> asked, Predicate<Made> holds) {
    List<Made> among = clips.stream().filter(made -> asked.test(made.facts())).toList();
    Bootstrap.Interval share =
        among.isEmpty()
            ? null
            : Bootstrap.STANDARD.interval(
                among.size(),
                drawn ->
                    Arrays.stream(drawn)
                        .mapToDouble(i -> holds.test(among.get(i)) ? 1 : 0)
                        .average()
                        .orElse(Double.NaN));
    figures.put(what, new Counted(among.size(), share));
  }

  /** Against the impacts of the scene whose other half was given. */
  private void onsets(String sense, Function<JudgedClip, double[]> found) {
    OnsetComparison comparison = new OnsetComparison();
    List<Made> struck = new ArrayList<>(clips);
    struck.removeIf(made -> made.impacts().isEmpty() || !made.facts().kind().impacts());
    for (Made made : struck) {
      comparison.add(
          made.impacts().orElseThrow(), found.apply(made.judged()), made.judged().seconds());
    }
    boolean enough = struck.size() > 1;
    for (double within : WINDOWS) {
      String what = "onset F1 within %.0f ms, %s".formatted(1000 * within, sense);
      figures.put(
          what,
          new Counted(struck.size(), enough ? comparison.score(what, within).interval() : null));
      figures.put(
          what + ", shuffled",
          new Counted(struck.size(), enough ? comparison.shuffled(what, within).interval() : null));
    }
  }

  private void distance(
      String what, List<JudgedClip> reference, Function<JudgedClip, double[]> features) {
    List<JudgedClip> judged = clips.stream().map(Made::judged).toList();
    figures.put(what, new Counted(clips.size(), FeatureDistance.of(judged, reference, features)));
  }
}
