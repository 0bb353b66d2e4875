package kinetone.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import kinetone.media.Audio;
import kinetone.media.ClipFormat;
import kinetone.media.Video;
import kinetone.scene.Scene;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneKind;
import kinetone.scene.SceneMix;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Do the onset detectors agree with the truth of scenes, and disagree with that of others? */
final class SynchronyTest {
  private static final ClipFormat FORMAT = ClipFormat.of(64, 64, 17, 8, 16000);
  private static final int SCENES = 64;

  private static final List<double[]> TRUTH = new ArrayList<>();
  private static final List<double[]> HEARD = new ArrayList<>();
  private static final List<double[]> SEEN = new ArrayList<>();

  @BeforeAll
  static void detect() {
    var generator = new SceneGenerator(FORMAT, SceneMix.impacts(), 100);
    for (int i = 0; i < SCENES; i++) {
      var scene = generator.scene(i);
      TRUTH.add(scene.truth().impactTimes());
      HEARD.add(OnsetDetector.standard().onsets(audio(scene)));
      SEEN.add(VisualOnsetDetector.standard().onsets(video(scene)));
    }
  }

  @Test
  void every_impact_is_heard_even_within_a_quarter_of_a_picture() {
    assertThat(score(TRUTH, HEARD, 0, 1 / 8.0).f1()).isGreaterThan(0.97);
    assertThat(score(TRUTH, HEARD, 0, 1 / 32.0).f1()).isGreaterThan(0.97);
  }

  @Test
  void every_impact_is_seen_and_agrees_with_what_is_heard() {
    assertThat(score(TRUTH, SEEN, 0, 1 / 8.0).f1()).isGreaterThan(0.97);
    assertThat(score(HEARD, SEEN, 0, 1 / 8.0).f1()).isGreaterThan(0.95);
  }

  @Test
  void the_sound_or_the_pictures_of_another_scene_do_not_agree() {
    for (int shift : new int[] {1, 7, 20}) {
      assertThat(score(TRUTH, HEARD, shift, 1 / 8.0).f1()).isLessThan(0.4);
      assertThat(score(TRUTH, SEEN, shift, 1 / 8.0).f1()).isLessThan(0.4);
    }
  }

  @Test
  void balls_are_heard_at_other_rates_and_through_noise() {
    var random = new SplittableRandom(4);
    for (int rate : new int[] {8000, 24000, 44100}) {
      var generator =
          new SceneGenerator(
              ClipFormat.of(16, 16, 17, 8, rate), SceneMix.only(SceneKind.BALL), 100);
      var sum = OnsetF1.NONE;
      for (int i = 0; i < 20; i++) {
        var scene = generator.scene(i);
        float[] noisy = audio(scene).samples()[0].clone();
        for (int n = 0; n < noisy.length; n++) {
          noisy[n] += (float) (0.003 * random.nextGaussian());
        }
        double[] heard = OnsetDetector.standard().onsets(Audio.mono(noisy, rate));
        sum = sum.plus(OnsetF1.match(scene.truth().impactTimes(), heard, 0.03));
      }
      assertThat(sum.f1()).as("%d Hz", rate).isGreaterThan(0.97);
    }
  }

  @Test
  void silence_and_steady_noise_have_no_onsets_and_a_still_picture_none_either() {
    var random = new SplittableRandom(5);
    float[] noise = new float[32000];
    for (int n = 0; n < noise.length; n++) {
      noise[n] = (float) (0.1 * random.nextGaussian());
    }
    var detector = OnsetDetector.standard();
    assertThat(detector.onsets(Audio.mono(new float[32000], 16000))).isEmpty();
    assertThat(detector.onsets(Audio.mono(noise, 16000))).isEmpty();
    var still = new Video(new byte[10 * 8 * 8 * 3], 10, 8, 8, 8);
    assertThat(VisualOnsetDetector.standard().onsets(still)).isEmpty();
  }

  private static OnsetF1 score(
      List<double[]> expected, List<double[]> detected, int shift, double window) {
    var sum = OnsetF1.NONE;
    for (int i = 0; i < SCENES; i++) {
      double[] other = detected.get((i + shift) % SCENES);
      sum = sum.plus(OnsetF1.match(expected.get(i), other, window));
    }
    return sum;
  }

  private static Audio audio(Scene scene) {
    return scene.clip().audio().orElseThrow();
  }

  private static Video video(Scene scene) {
    return scene.clip().video().orElseThrow();
  }
}
