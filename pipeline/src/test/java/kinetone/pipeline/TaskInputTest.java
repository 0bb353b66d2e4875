package kinetone.pipeline;

import static kinetone.pipeline.OptionTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import kinetone.diffusion.task.Task;
import kinetone.testkit.TinyClips;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TaskInputTest {
  @ParameterizedTest
  @EnumSource(TaskInput.class)
  void what_a_task_does_not_use_is_refused_and_told_what_it_is_for(TaskInput input) {
    for (TaskKind kind : TaskKind.values()) {
      if (input.appliesTo(kind)) {
        TaskInput.requireApplicable(kind, List.of(input));
      } else {
        refused(
            () -> TaskInput.requireApplicable(kind, List.of(input)),
            input.argument() + " does not apply to task " + kind.label());
      }
    }
    refused(() -> TaskInput.requireApplicable(TaskKind.JOINT, List.of(input)), "it is for ");
  }

  @Test
  void programs_are_held_to_it_too() {
    refused(
        () -> GenerateRequest.of(new Task.Joint()).video(TinyClips.fitting()).build(),
        "--video does not apply to task joint, which takes none of the kind; it is for v2a, a2v,");
    refused(
        () ->
            GenerateRequest.of(new Task.VideoToAudio())
                .video(TinyClips.fitting())
                .audio(TinyClips.fitting())
                .build(),
        "--audio does not apply to task v2a, which takes --video, --start, --seconds");
    refused(
        () ->
            GenerateRequest.of(new Task.AudioToVideo())
                .video(TinyClips.fitting())
                .audio(TinyClips.fitting())
                .build(),
        "takes one sound");
    GenerateRequest.of(new Task.Continue(0.5))
        .video(TinyClips.fitting())
        .audio(TinyClips.fitting())
        .build();
  }

  @Test
  void what_is_given_alone_says_the_task() {
    assertThat(TaskKind.implied(true, false)).isEqualTo(TaskKind.V2A);
    assertThat(TaskKind.implied(false, true)).isEqualTo(TaskKind.A2V);
    assertThat(TaskKind.implied(false, false)).isEqualTo(TaskKind.JOINT);
    refused(() -> TaskKind.implied(true, true), "--task");
  }
}
