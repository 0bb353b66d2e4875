package kinetone.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import kinetone.feature.align.AlignmentConfig;
import kinetone.judge.AlignmentJudge;
import kinetone.media.Audio;
import kinetone.media.Video;
import kinetone.metric.AlignAccuracy;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Pipeline;
import kinetone.scene.Scene;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;
import kinetone.testkit.TinyMdsgen;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlignBenchTest {
  private static final SamplingSettings SETTINGS =
      new SamplingSettings(
          OptionValues.NONE
              .with(CommonOptions.NUM_INFERENCE_STEPS, 2)
              .with(CommonOptions.GUIDANCE_SCALE, 1.0));

  private static final SceneGenerator SCENES =
      new SceneGenerator(TinyModel.FORMAT, SceneMix.all(), 5);

  @TempDir static Path folder;

  @BeforeAll
  static void write() {
    TinyMdsgen.write(folder.resolve("mdsgen"));
    TinyModel.write(folder.resolve("monl"));
    TinyMdsgen.writeClassifier(
        folder.resolve("judge"), TinyMdsgen.FEATURES, new AlignmentConfig.Shape(6, 30));
  }

  private static AlignmentJudge judge(int window) {
    Path model = folder.resolve("mdsgen");
    return new AlignmentJudge(model, folder.resolve("judge/align"), window);
  }

  @Test
  void sounds_of_every_system_are_judged_beside_real_and_swapped_ones() {
    for (String name : new String[] {"mdsgen", "monl"}) {
      try (Pipeline model = Kinetone.load(folder.resolve(name), Kinetone.Options.CPU);
          AlignmentJudge judge = judge(6)) {
        AlignBench.Report report =
            AlignBench.run(model, judge, SCENES, 3, SETTINGS, (phase, step, steps) -> {});
        assertThat(report.scenes()).isEqualTo(3);
        assertThat(report.shift()).as("frames outside of the window").isEqualTo(judge.slack());
        assertThat(report.takenForTheirs()).hasSize(4);
        for (Share share : report.takenForTheirs()) {
          assertThat(share.share() * 3).isBetween(0.0, 3.0);
          assertThat(share.share() * 3).isCloseTo(Math.rint(share.share() * 3), within(1e-9));
          assertThat(share.share()).isBetween(share.low(), share.high());
        }
      }
    }
  }

  @Test
  void a_verdict_depends_on_the_clip_alone() {
    Scene scene = SCENES.scene(0);
    Video pictures = scene.clip().video().orElseThrow();
    Audio sound = scene.clip().audio().orElseThrow();
    try (AlignmentJudge judge = judge(6)) {
      AlignAccuracy first = judge.judge(pictures, sound);
      judge.judge(SCENES.scene(1).clip().video().orElseThrow(), sound);
      assertThat(judge.judge(pictures, sound)).isEqualTo(first);
      assertThat(first.total()).isEqualTo(1);
    }
  }

  @Test
  void a_judge_is_not_asked_about_more_or_less_than_it_was_trained_on() {
    assertThatThrownBy(() -> judge(5))
        .hasMessageContaining("was trained on 6 frames with 30 sound latents")
        .hasMessageContaining("a window of 5 pictures has 25 latents");
  }

  @Test
  void a_judge_whose_parts_do_not_fit_is_refused() {
    assertThatThrownBy(() -> judge(10)).hasMessageContaining("window = 10");
    assertThatThrownBy(
            () ->
                new AlignmentJudge(
                    folder.resolve("monl"), folder.resolve("mdsgen").resolve("align"), 6))
        .hasMessageContaining("no codec of spectrograms");
    Path other = folder.resolve("other");
    TinyMdsgen.write(other);
    TinyMdsgen.writeClassifier(other, TinyMdsgen.FEATURES + 1);
    assertThatThrownBy(
            () -> new AlignmentJudge(folder.resolve("mdsgen"), other.resolve("align"), 6))
        .hasMessageContaining("7 features");
  }
}
