package kinetone.pipeline;

import java.util.Locale;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.diffusion.task.Task;

/** The kinds of tasks by the names users type. */
public enum TaskKind {
  /** {@link Task.Joint}. */
  JOINT,
  /** {@link Task.VideoToAudio}. */
  V2A,
  /** {@link Task.AudioToVideo}. */
  A2V,
  /** {@link Task.Continue}. */
  CONTINUE,
  /** {@link Task.Inpaint}. */
  INPAINT,
  /** {@link Task.Segments}. */
  SEGMENTS;

  /** The kind of {@code task}. */
  public static TaskKind of(Task task) {
    if (task instanceof Task.Joint) {
      return JOINT;
    } else if (task instanceof Task.VideoToAudio) {
      return V2A;
    } else if (task instanceof Task.AudioToVideo) {
      return A2V;
    } else if (task instanceof Task.Continue) {
      return CONTINUE;
    }
    return task instanceof Task.Inpaint ? INPAINT : SEGMENTS;
  }

  /**
   * The task that is meant where none is said: sound for a picture alone, a picture for a sound
   * alone, both where nothing is given.
   *
   * @throws KinetoneException of kind USER when both are given
   */
  public static TaskKind implied(boolean video, boolean audio) {
    Check.that(
        !video || !audio,
        "a video and a sound are given, so say with --task whether to continue or inpaint them");
    return video ? V2A : audio ? A2V : JOINT;
  }

  /** The tasks that people can ask for. */
  public static final String NAMES = "joint (or t2av), v2a, a2v, continue or inpaint";

  /**
   * The task that people call {@code name}, in any case. UniForm's name of joint generation from
   * text is one of them.
   *
   * @throws KinetoneException of kind USER when there is none
   */
  public static TaskKind named(String name) {
    if (name.equalsIgnoreCase("t2av")) {
      return JOINT;
    }
    for (TaskKind kind : values()) {
      if (kind != SEGMENTS && kind.label().equalsIgnoreCase(name)) {
        return kind;
      }
    }
    throw KinetoneException.user("task '%s' is unknown; use %s", name, NAMES);
  }

  /** Its name, in lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
