package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import kinetone.diffusion.task.Task;
import kinetone.media.Clip;
import kinetone.metric.OnsetDetector;
import kinetone.metric.OnsetF1;
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

  private static double f1(Scene scene, double[] heard) {
    return OnsetF1.withinOneFrame(scene.truth().impactTimes(), heard, 8).f1();
  }
}
