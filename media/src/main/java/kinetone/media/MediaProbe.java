package kinetone.media;

import java.nio.file.Path;
import kinetone.common.KinetoneException;

/** Reads the headers of a file. */
public final class MediaProbe {
  private MediaProbe() {}

  /**
   * Says what is in {@code file} without decoding it.
   *
   * @throws KinetoneException of kind USER when it is missing, no media file, or beyond a limit
   */
  public static MediaInfo probe(Path file, Limits limits) {
    try (Demuxer demuxer = Demuxer.open(file, limits)) {
      MediaInfo info = demuxer.info();
      limits.checkSeconds(file, info.seconds());
      return info;
    }
  }
}
