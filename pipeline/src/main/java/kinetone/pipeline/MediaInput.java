package kinetone.pipeline;

import java.nio.file.Path;
import java.util.OptionalDouble;
import kinetone.common.Check;
import kinetone.media.Clip;

/** A given picture or sound. */
public sealed interface MediaInput {
  /**
   * A media file.
   *
   * @param path any container FFmpeg reads
   * @param start seconds to skip
   * @param seconds to take from there on; empty takes all that the work at hand can use
   */
  record File(Path path, double start, OptionalDouble seconds) implements MediaInput {
    /** Checks the stretch. */
    public File {
      Check.atLeast("start", start, 0.0);
      seconds.ifPresent(
          s -> Check.that(s > 0 && Double.isFinite(s), "seconds = %s, must be positive", s));
    }

    /** From {@code start} seconds on. */
    public File(Path path, double start) {
      this(path, start, OptionalDouble.empty());
    }
  }

  /**
   * A clip in memory, in the model's frame rate, size and sample rate.
   *
   * @param clip as long as the model's clips, or shorter; for sound of videos of any length
   * @param seconds that the pictures last in their file, where that is no whole number of pictures
   */
  record Decoded(Clip clip, OptionalDouble seconds) implements MediaInput {
    /** Pictures that last as long as their number says. */
    public Decoded(Clip clip) {
      this(clip, OptionalDouble.empty());
    }
  }

  /**
   * Pictures that come one by one while their sound is made, for {@link Pipeline#soundtrack}.
   *
   * @param pictures in the model's size and rate
   */
  record Live(LivePictures pictures) implements MediaInput {}
}
