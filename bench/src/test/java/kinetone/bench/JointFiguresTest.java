package kinetone.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import kinetone.metric.Bootstrap;
import kinetone.scene.SceneKind;
import kinetone.scene.SceneMix;
import org.junit.jupiter.api.Test;

class JointFiguresTest {
  private static final double SECONDS = 2.125;
  private static final SceneMix BALLS_AND_BELLS =
      new SceneMix(Map.of(SceneKind.BALL, 1.0, SceneKind.BELL, 1.0));

  /** Clips of as many kinds as are given, with onsets of their own, heard later than seen. */
  private static List<JudgedClip> clips(double late, SceneKind... kinds) {
    SplittableRandom random = new SplittableRandom(1);
    List<JudgedClip> clips = new ArrayList<>();
    for (SceneKind kind : kinds) {
      double first = random.nextDouble(0.2, 0.9);
      double[] seen = {first, first + random.nextDouble(0.35, 0.95)};
      double[] heard = Arrays.stream(seen).map(onset -> onset + late).toArray();
      double[] features = random.doubles(3).toArray();
      clips.add(clip(kind, kind, seen, heard, features));
    }
    return clips;
  }

  private static JudgedClip clip(
      SceneKind seen, SceneKind heard, double[] when, double[] then, double[] features) {
    return new JudgedClip(
        seen, heard, features, features, when, then, 100, SECONDS, Optional.empty());
  }

  private static JudgedClip heardAs(JudgedClip clip, SceneKind kind) {
    return clip(clip.seen(), kind, clip.onsetsSeen(), clip.onsetsHeard(), clip.pictureFeatures());
  }

  private static SceneKind[] balls(int count) {
    SceneKind[] kinds = new SceneKind[count];
    Arrays.fill(kinds, SceneKind.BALL);
    return kinds;
  }

  private static Map<String, Bootstrap.Interval> figures(List<JudgedClip> clips) {
    return JointFigures.of(clips, clips(0, balls(20)), BALLS_AND_BELLS);
  }

  private static double value(Map<String, Bootstrap.Interval> figures, String what) {
    assertThat(figures).containsKey(what);
    return figures.get(what).value();
  }

  @Test
  void sound_that_comes_when_it_is_seen_scores_above_chance_and_late_sound_does_not() {
    Map<String, Bootstrap.Interval> inTime = figures(clips(0, balls(30)));
    Map<String, Bootstrap.Interval> late = figures(clips(0.1, balls(30)));
    Map<String, Bootstrap.Interval> tooLate = figures(clips(0.2, balls(30)));
    for (String which : List.of("clips with impacts", "all clips")) {
      String narrow = "onset F1 within 50 ms, " + which;
      String wide = "onset F1 within 125 ms, " + which;
      assertThat(value(inTime, narrow)).isEqualTo(1);
      assertThat(value(late, narrow)).isZero();
      assertThat(value(late, wide)).isEqualTo(1);
      assertThat(value(tooLate, wide)).isZero();
      assertThat(value(inTime, wide + ", shuffled")).isBetween(0.05, 0.6);
      assertThat(value(inTime, wide + ", fixed grid")).isBetween(0.05, 0.75);
      assertThat(value(inTime, narrow + ", shuffled"))
          .isLessThan(value(inTime, wide + ", shuffled"));
    }
  }

  @Test
  void clips_without_impacts_are_left_out_where_only_impacts_count() {
    List<JudgedClip> clips = new ArrayList<>(clips(0, balls(10)));
    clips.addAll(clips(0.3, SceneKind.RAIN, SceneKind.RAIN, SceneKind.FIRE));
    Map<String, Bootstrap.Interval> figures = figures(clips);
    assertThat(value(figures, "onset F1 within 125 ms, clips with impacts")).isEqualTo(1);
    assertThat(value(figures, "onset F1 within 125 ms, all clips"))
        .isCloseTo(10 / 13.0, within(1e-9));
    assertThat(value(figures, "share of clips with impacts")).isCloseTo(10 / 13.0, within(1e-9));
    Map<String, Bootstrap.Interval> none =
        figures(clips(0, SceneKind.RAIN, SceneKind.FIRE, SceneKind.RAIN));
    assertThat(none).containsEntry("onset F1 within 50 ms, clips with impacts", null);
    assertThat(none.keySet()).isEqualTo(figures.keySet());
  }

  @Test
  void each_kind_with_impacts_has_onsets_of_its_own() {
    List<JudgedClip> clips = new ArrayList<>(clips(0, balls(6)));
    clips.addAll(clips(0.3, SceneKind.BELL, SceneKind.BELL));
    Map<String, Bootstrap.Interval> figures = figures(clips);
    assertThat(value(figures, "onset F1 within 125 ms, seen as ball")).isEqualTo(1);
    assertThat(value(figures, "onset F1 within 125 ms, seen as ball, shuffled")).isLessThan(0.7);
    assertThat(value(figures, "onset F1 within 125 ms, seen as bell")).isZero();
    assertThat(figures)
        .containsEntry("onset F1 within 125 ms, seen as keys", null)
        .doesNotContainKey("onset F1 within 125 ms, seen as rain");
  }

  @Test
  void planted_disagreement_is_counted() {
    List<JudgedClip> clips = clips(0, balls(10));
    for (int i = 0; i < 3; i++) {
      clips.set(i, heardAs(clips.get(i), SceneKind.BELL));
    }
    Bootstrap.Interval same = figures(clips).get("same kind seen and heard");
    assertThat(same.value()).isCloseTo(0.7, within(1e-9));
    assertThat(same.low()).isBetween(0.3, 0.6);
    assertThat(same.high()).isBetween(0.8, 1.0);
  }

  @Test
  void agreement_by_chance_is_that_with_the_next_clip() {
    Map<String, Bootstrap.Interval> figures =
        figures(clips(0, SceneKind.BALL, SceneKind.BELL, SceneKind.BELL, SceneKind.KEYS));
    assertThat(value(figures, "same kind seen and heard")).isEqualTo(1);
    assertThat(value(figures, "same kind, sound of the next clip")).isEqualTo(0.25);
  }

  @Test
  void kinds_are_counted_against_those_of_the_data() {
    List<JudgedClip> clips =
        clips(0, SceneKind.BALL, SceneKind.BALL, SceneKind.BALL, SceneKind.BELL);
    clips.set(3, heardAs(clips.get(3), SceneKind.RAIN));
    Map<String, Bootstrap.Interval> figures = figures(clips);
    assertThat(value(figures, "total variation of kinds, seen")).isCloseTo(0.25, within(1e-9));
    Map<String, Bootstrap.Interval> other =
        JointFigures.of(
            clips,
            clips(0, balls(20)),
            new SceneMix(Map.of(SceneKind.BALL, 3.0, SceneKind.BELL, 1.0)));
    assertThat(value(other, "total variation of kinds, seen")).isCloseTo(0, within(1e-9));
    assertThat(value(other, "total variation from equally many, seen"))
        .isCloseTo(0.25, within(1e-9));
    assertThat(value(figures, "total variation of kinds, heard")).isCloseTo(0.5, within(1e-9));
    assertThat(value(figures, "kinds that come up, seen")).isEqualTo(2);
  }

  @Test
  void who_is_right_is_told_only_where_the_truth_is_known() {
    String what = "picture classifier names the true kind";
    List<JudgedClip> clips = clips(0, balls(4));
    assertThat(figures(clips)).containsEntry(what, null);
    clips.replaceAll(clip -> clip.madeAs(SceneKind.BALL));
    clips.set(0, clips.get(0).madeAs(SceneKind.WAVES));
    assertThat(value(figures(clips), what)).isEqualTo(0.75);
  }

  @Test
  void other_features_are_farther_away() {
    List<JudgedClip> clips = clips(0, balls(20));
    String what = "Fréchet distance, pictures";
    assertThat(value(figures(clips), what)).as("the reference itself").isCloseTo(0, within(1e-9));
    List<JudgedClip> moved = new ArrayList<>();
    for (JudgedClip clip : clips) {
      double[] features = clip.pictureFeatures().clone();
      features[1] += 2;
      moved.add(clip(clip.seen(), clip.heard(), clip.onsetsSeen(), clip.onsetsHeard(), features));
    }
    Bootstrap.Interval distance = figures(moved).get(what);
    assertThat(distance.value()).isCloseTo(4, within(1e-6));
    assertThat(distance.value()).isBetween(distance.low(), distance.high());
  }
}
