package kinetone.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import kinetone.diffusion.task.Task;
import kinetone.judge.AlignmentJudge;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.Video;
import kinetone.metric.AlignAccuracy;
import kinetone.metric.OnsetDetector;
import kinetone.metric.OnsetF1;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.Pipeline;
import kinetone.scene.Scene;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneKind;
import kinetone.scene.SceneMix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShippedModelTest {
  @ParameterizedTest
  @ValueSource(strings = {"monl-scenes", "mdsgen-scenes"})
  void the_shipped_models_are_read_by_this_version(String name) {
    try (Pipeline model = Kinetone.load(Path.of("../models", name), Kinetone.Options.CPU)) {
      assertThat(model.index().format().frames()).isEqualTo(17);
    }
  }

  @Test
  void impacts_of_a_held_out_scene_are_heard_where_they_are_seen() {
    Path folder = Path.of("../models/mdsgen-scenes");
    try (Pipeline model = Kinetone.load(folder, Kinetone.Options.CPU)) {
      SceneGenerator scenes =
          new SceneGenerator(model.index().format(), SceneMix.only(SceneKind.BALL), 3);
      Scene scene = scenes.scene(3);
      Clip silent = Clip.of(scene.clip().video().orElseThrow());
      GenerateRequest request =
          GenerateRequest.of(new Task.VideoToAudio()).video(silent).seed(1).build();
      double[] heard =
          OnsetDetector.standard().onsets(model.generate(request).clip().audio().orElseThrow());
      assertThat(f1(scene, heard)).isGreaterThan(0.8);
      // The same sound half a second late is no longer in time.
      double[] late = Arrays.stream(heard).map(onset -> onset + 0.5).toArray();
      assertThat(f1(scene, late)).isLessThan(0.5);
    }
  }

  @Test
  void the_shipped_judge_believes_real_sound_and_neither_early_nor_foreign_one() {
    Path models = Path.of("../models");
    SceneGenerator scenes =
        new SceneGenerator(
            ModelIndex.read(models.resolve("mdsgen-scenes")).format(), SceneMix.impacts(), 4);
    AlignAccuracy real = AlignAccuracy.NONE;
    AlignAccuracy wrong = AlignAccuracy.NONE;
    try (AlignmentJudge judge =
        new AlignmentJudge(models.resolve("mdsgen-scenes"), models.resolve("align-scenes"), 12)) {
      for (int i = 0; i < 6; i++) {
        Clip clip = scenes.scene(i).clip();
        Video pictures = clip.video().orElseThrow();
        Audio sound = clip.audio().orElseThrow();
        real = real.plus(judge.judge(pictures, sound));
        wrong = wrong.plus(judge.judge(pictures, sound, 4));
        wrong = wrong.plus(judge.judge(scenes.scene(i + 1).clip().video().orElseThrow(), sound));
      }
    }
    assertThat(real.aligned()).isGreaterThanOrEqualTo(5);
    assertThat(wrong.aligned()).isLessThanOrEqualTo(2);
  }

  private static double f1(Scene scene, double[] heard) {
    return OnsetF1.withinOneFrame(scene.truth().impactTimes(), heard, 8).f1();
  }
}
