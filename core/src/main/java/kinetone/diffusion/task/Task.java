package kinetone.diffusion.task;

import java.util.Set;
import kinetone.common.Check;

/** What a user asks for: which part of the clip is given and which is generated. */
public sealed interface Task {
  /** Generates picture and sound. */
  record Joint() implements Task {}

  /** Generates the picture to a given sound (A2V). */
  record AudioToVideo() implements Task {}

  /** Generates the sound to a given picture (V2A). */
  record VideoToAudio() implements Task {}

  /**
   * Continues picture and sound.
   *
   * @param seconds what is given, from the start; segments not wholly inside are generated
   */
  record Continue(double seconds) implements Task {
    /** Checks the range. */
    public Continue {
      Check.that(
          seconds > 0 && Double.isFinite(seconds), "given start = %s s, must be positive", seconds);
    }
  }

  /**
   * Generates picture and sound between two times; the rest is given.
   *
   * @param from start of the gap in seconds
   * @param to end of the gap in seconds; segments that the gap touches are generated whole
   */
  record Inpaint(double from, double to) implements Task {
    /** Checks the range. */
    public Inpaint {
      Check.that(
          from >= 0 && to > from && Double.isFinite(to),
          "gap from %s s to %s s is empty or starts before 0",
          from,
          to);
    }
  }

  /**
   * Any choice of modalities and segments, such as "continue the picture to a given sound".
   *
   * @param video the segments whose picture is generated
   * @param audio the segments whose sound is generated
   */
  record Segments(Set<Integer> video, Set<Integer> audio) implements Task {
    /** Copies the sets. */
    public Segments {
      video = Set.copyOf(video);
      audio = Set.copyOf(audio);
    }
  }
}
