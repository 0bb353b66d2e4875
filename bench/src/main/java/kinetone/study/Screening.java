package kinetone.study;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kinetone.common.Check;

/**
 * Who is left out, and why: whoever answers too many anchors out of their range, and whoever
 * answers the same trial too differently when it comes again. One who answers at random misses
 * about three in five anchors of noise and has an inconsistency of 0.4.
 *
 * @param mostMisses largest share of answers to anchors that may be out of range
 * @param mostInconsistency largest mean difference between both answers to a trial, of the range of
 *     the scale
 */
public record Screening(double mostMisses, double mostInconsistency) {
  /** Checks the ranges. */
  public Screening {
    Check.within("share of missed anchors", mostMisses, 0, 1);
    Check.within("inconsistency", mostInconsistency, 0, 1);
  }

  /**
   * What is known of a rater.
   *
   * @param answers how many, those to anchors and repetitions too
   * @param presentations trials that the rater was to get
   * @param answered of these, in full
   * @param anchors answers to anchors
   * @param missed of these, out of range
   * @param repeats pairs of answers to the same question of the same trial
   * @param inconsistency mean difference of both, of the range of the scale; null without repeats
   * @param kept whether the answers count
   * @param reasons why not
   */
  public record RaterVerdict(
      String rater,
      int answers,
      int presentations,
      int answered,
      int anchors,
      int missed,
      int repeats,
      Double inconsistency,
      boolean kept,
      List<String> reasons) {}

  /** Judges one rater. */
  RaterVerdict of(RaterAnswers rater, Map<String, Trial> trials, int questions) {
    int anchors = 0;
    int missed = 0;
    int repeats = 0;
    double apart = 0;
    Map<String, Integer> first = new HashMap<>();
    Map<String, Integer> perPresentation = new HashMap<>();
    for (RaterAnswers.Answer one : rater.answers()) {
      perPresentation.merge(one.trial() + one.presentation(), 1, Integer::sum);
      Trial trial = trials.get(one.trial());
      if (trial.anchor() != null && trial.anchor().tells(one.question())) {
        anchors++;
        boolean miss =
            trial.isPair()
                ? trial.anchor().isMissOfPair(one.score())
                : trial.anchor().isMiss(one.score());
        missed += miss ? 1 : 0;
      }
      Integer other = first.put(one.trial() + one.question(), one.score());
      if (other != null) {
        repeats++;
        apart += Math.abs(one.score() - other) / (trial.isPair() ? 2.0 : Question.SCORES - 1.0);
      }
    }
    Double inconsistency = repeats == 0 ? null : apart / repeats;
    List<String> reasons = new ArrayList<>();
    if (rater.answers().isEmpty()) {
      reasons.add("no answers");
    }
    if (anchors > 0 && (double) missed / anchors > mostMisses) {
      reasons.add("%d of %d answers to anchors are out of their range".formatted(missed, anchors));
    }
    if (inconsistency != null && inconsistency > mostInconsistency) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "inconsistency %.2f over %d repeated answers, at most %.2f",
              inconsistency,
              repeats,
              mostInconsistency));
    }
    return new RaterVerdict(
        rater.rater(),
        rater.answers().size(),
        rater.presentations(),
        (int) perPresentation.values().stream().filter(count -> count == questions).count(),
        anchors,
        missed,
        repeats,
        inconsistency,
        reasons.isEmpty(),
        reasons);
  }
}
