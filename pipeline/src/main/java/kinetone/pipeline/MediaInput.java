package kinetone.pipeline;

import java.nio.file.Path;
import kinetone.common.Check;
import kinetone.media.Clip;

/** A given picture or sound. */
public sealed interface MediaInput {
  /**
   * A media file.
   *
   * @param path any container FFmpeg reads
   * @param start seconds to skip
   */
  record File(Path path, double start) implements MediaInput {
    /** Checks the start. */
    public File {
      Check.atLeast("start", start, 0.0);
    }
  }

  /**
   * A clip in memory, in the model's frame rate, size and sample rate.
   *
   * @param clip as long as the model's clips, or shorter
   */
  record Decoded(Clip clip) implements MediaInput {}
}
