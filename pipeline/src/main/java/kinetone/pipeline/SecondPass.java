package kinetone.pipeline;

import java.util.Optional;
import kinetone.diffusion.task.Task;

/**
 * Whether one half of a joint clip is generated once more, for the other half. A network that has
 * learned conditional tasks, too, knows them better than the joint one, where neither half is there
 * at the beginning; what the papers call joint generation is {@link #NONE}.
 */
public enum SecondPass {
  /** The clip as it is. */
  NONE,
  /** Its sound anew, for its picture. */
  V2A,
  /** Its picture anew, for its sound. */
  A2V;

  /** The task of the second pass. */
  public Optional<Task> task() {
    return switch (this) {
      case NONE -> Optional.empty();
      case V2A -> Optional.of(new Task.VideoToAudio());
      case A2V -> Optional.of(new Task.AudioToVideo());
    };
  }
}
