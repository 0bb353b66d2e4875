package kinetone.experiment;

import kinetone.common.Check;
import kinetone.diffusion.task.Task;
import kinetone.media.ClipFormat;
import kinetone.pipeline.TaskKind;

/**
 * A task that variants are compared in.
 *
 * @param task joint, v2a, a2v, continue or inpaint
 * @param given seconds that {@code continue} is given; absent for others
 * @param from start of the gap of {@code inpaint} in seconds; absent for others
 * @param to its end
 */
public record AskedTask(String task, Double given, Double from, Double to) {
  /** Checks that the task has its times and no others. */
  public AskedTask {
    Check.that(task != null, "a task has no name; use %s", TaskKind.NAMES);
    TaskKind kind = TaskKind.named(task);
    task = kind.label();
    Check.that(
        (given != null) == (kind == TaskKind.CONTINUE),
        "task %s: given belongs to continue, which needs it",
        task);
    Check.that(
        (from != null) == (kind == TaskKind.INPAINT) && (to != null) == (from != null),
        "task %s: from and to belong to inpaint, which needs both",
        task);
  }

  TaskKind kind() {
    return TaskKind.named(task);
  }

  Task toTask() {
    return switch (kind()) {
      case V2A -> new Task.VideoToAudio();
      case A2V -> new Task.AudioToVideo();
      case CONTINUE -> new Task.Continue(given);
      case INPAINT -> new Task.Inpaint(from, to);
      default -> new Task.Joint();
    };
  }

  /** Whether pictures are made. */
  boolean pictures() {
    return kind() != TaskKind.V2A;
  }

  /** Whether sound is made. */
  boolean sound() {
    return kind() != TaskKind.A2V;
  }

  /** The part of a clip that is made; what is given does not count (Kim et al. 2024, 5.1). */
  Span made(ClipFormat format) {
    double end = format.frames() / format.framesPerSecond();
    return switch (kind()) {
      case CONTINUE -> new Span(given, end);
      case INPAINT -> new Span(from, Math.min(to, end));
      default -> new Span(0, end);
    };
  }
}
