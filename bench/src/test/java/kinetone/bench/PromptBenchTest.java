package kinetone.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.metric.Bootstrap;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.TaskKind;
import kinetone.scene.ColourName;
import kinetone.scene.Combinations;
import kinetone.scene.Facts;
import kinetone.scene.Scene;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneKind;
import kinetone.scene.SceneMix;
import org.junit.jupiter.api.Test;

class PromptBenchTest {
  private static final Path MODEL = Path.of("../models/uniform-scenes");
  private static final Path JUDGES = Path.of("../models/kinds-scenes");

  private static final ClipFormat FORMAT = ClipFormat.of(64, 64, 17, 8, 16000);

  private static PromptBench.Report run(TaskKind task, int count, PromptBench.Audience audience) {
    try (Pipeline model = Kinetone.load(MODEL, Kinetone.Options.CPU);
        JointJudge judge = new JointJudge(JUDGES);
        ColourJudge colours = new ColourJudge(JUDGES)) {
      return PromptBench.run(
          model,
          MODEL,
          judge,
          colours,
          task,
          new SceneGenerator(model.index().format(), SceneMix.all(), 5),
          Combinations.COMMON,
          count,
          3,
          new SamplingSettings(OptionValues.NONE.with(CommonOptions.NUM_INFERENCE_STEPS, 2)),
          audience,
          (phase, step, steps) -> {});
    }
  }

  @Test
  void prompts_are_captions_and_each_set_of_clips_has_its_column() {
    List<String> heard = new ArrayList<>();
    List<Clip> clips = new ArrayList<>();
    PromptBench.Report report =
        run(
            TaskKind.JOINT,
            2,
            (prompt, clip, judged) -> {
              heard.add(prompt);
              clips.add(clip);
            });
    assertThat(clips).allMatch(clip -> clip.video().isPresent() && clip.audio().isPresent());
    assertThat(report.prompts()).isEqualTo(heard).hasSize(2).doesNotHaveDuplicates();
    assertThat(report.task()).isEqualTo("joint");
    PromptBench.Figure seen = report.figure("kind seen as the prompt says");
    assertThat(seen.clips()).isEqualTo(2);
    assertThat(seen.real().value()).isEqualTo(1);
    PromptBench.Figure pictures = report.figure("Fréchet distance, pictures");
    assertThat(
            List.of(
                pictures.prompted().value(),
                pictures.without().value(),
                pictures.throughCodecs().value(),
                pictures.real().value()))
        .doesNotHaveDuplicates();
    assertThat(report.figures())
        .noneMatch(figure -> figure.what().contains("onset F1"))
        .anyMatch(figure -> figure.what().contains("colour"));
    assertThat(run(TaskKind.JOINT, 2, (prompt, clip, judged) -> {}).figures())
        .isEqualTo(report.figures());
  }

  @Test
  void what_is_given_is_judged_beside_what_was_made_and_only_that_is_asked_for() {
    List<Clip> clips = new ArrayList<>();
    PromptBench.Report sound = run(TaskKind.V2A, 2, (prompt, clip, judged) -> clips.add(clip));
    Scene scene = new SceneGenerator(FORMAT, SceneMix.all(), 5).scene(0);
    assertThat(clips.get(0).video().orElseThrow().frames())
        .isEqualTo(scene.clip().video().orElseThrow().frames());
    assertThat(sound.figures())
        .anyMatch(figure -> figure.what().equals("onset F1 within 125 ms, heard"))
        .noneMatch(figure -> figure.what().contains("colour"))
        .noneMatch(figure -> figure.what().contains("kind seen"));
    assertThatThrownBy(() -> run(TaskKind.INPAINT, 2, (prompt, clip, judged) -> {}))
        .hasMessageContaining("task 'inpaint' cannot be asked for");
  }

  /** Scenes as they are, with captions of their own or of the next one. */
  @Test
  void figures_are_high_for_scenes_that_are_as_told_and_low_for_others() {
    SceneGenerator scenes = new SceneGenerator(FORMAT, SceneMix.all(), 9);
    List<Scene> all = new ArrayList<>();
    for (SceneKind kind : SceneKind.values()) {
      for (int i = 0; i < 40; i++) {
        if (scenes.kind(i) == kind) {
          all.add(scenes.scene(i));
          break;
        }
      }
    }
    try (JointJudge judge = new JointJudge(JUDGES)) {
      List<JudgedClip> judged = all.stream().map(scene -> judge.judge(scene.clip())).toList();
      List<PromptFigures.Made> told = new ArrayList<>();
      List<PromptFigures.Made> others = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        Scene scene = all.get(i);
        Scene next = all.get((i + 1) % all.size());
        told.add(made(scene, scene, judged.get(i)));
        others.add(made(next, scene, judged.get(i)));
      }
      for (TaskKind task : PromptBench.TASKS) {
        Map<String, PromptFigures.Counted> right = PromptFigures.of(task, told, judged);
        Map<String, PromptFigures.Counted> wrong = PromptFigures.of(task, others, judged);
        right.forEach(
            (what, counted) -> {
              Bootstrap.Interval value = counted.value();
              if (what.startsWith("kind") || what.startsWith("colour")) {
                assertThat(value.value()).as(what).isEqualTo(1);
                assertThat(wrong.get(what).value().value()).as(what).isLessThan(0.4);
              } else if (what.startsWith("onset") && !what.endsWith("shuffled")) {
                assertThat(value.value()).as(what).isGreaterThan(0.7);
              } else if (what.startsWith("Fréchet")) {
                assertThat(value.value()).as(what).isLessThan(1e-3);
              }
            });
      }
    }
  }

  private static PromptFigures.Made made(Scene told, Scene shown, JudgedClip judged) {
    Facts facts = told.truth().facts();
    Optional<ColourName> colour = shown.truth().facts().colour();
    return new PromptFigures.Made(facts, Optional.of(told.truth().impactTimes()), judged, colour);
  }
}
