package kinetone.media;

import kinetone.common.Check;
import kinetone.common.KinetoneException;

/**
 * What a file may ask of this machine. Headers are checked before anything is decoded and every
 * decoded picture is checked again, since headers lie.
 *
 * @param pixelsPerFrame most pixels of one picture
 * @param seconds longest stretch read from one file
 * @param streams most tracks in one container
 * @param fileBytes largest file
 */
public record Limits(long pixelsPerFrame, double seconds, int streams, long fileBytes) {
  /** Checks that every limit is positive. */
  public Limits {
    Check.that(pixelsPerFrame > 0, "pixels per frame limit %d must be positive", pixelsPerFrame);
    Check.that(seconds > 0, "seconds limit %s must be positive", seconds);
    Check.atLeast("streams limit", streams, 1);
    Check.that(fileBytes > 0, "file bytes limit %d must be positive", fileBytes);
  }

  /** One 8K picture (7680x4320), 4 hours, 32 tracks, 16 GiB. */
  public static Limits defaults() {
    return new Limits(7680L * 4320L, 4 * 3600.0, 32, 16L << 30);
  }

  /**
   * For files that are read piece by piece, whose length and size do not matter: one 8K picture, 32
   * tracks.
   */
  public static Limits streaming() {
    Limits usual = defaults();
    return new Limits(usual.pixelsPerFrame, Double.MAX_VALUE, usual.streams, Long.MAX_VALUE);
  }

  /** The same limits with another bound on the pixels of one picture. */
  public Limits withPixelsPerFrame(long pixels) {
    return new Limits(pixels, seconds, streams, fileBytes);
  }

  /** The same limits with another bound on the length. */
  public Limits withSeconds(double longest) {
    return new Limits(pixelsPerFrame, longest, streams, fileBytes);
  }

  void checkPicture(Object file, long width, long height) {
    if (width * height > pixelsPerFrame) {
      throw KinetoneException.user(
          "%s has pictures of %dx%d pixels, the limit is %d pixels; scale them down or raise the"
              + " limit",
          file, width, height, pixelsPerFrame);
    }
  }

  void checkSeconds(Object file, double length) {
    if (length > seconds) {
      throw KinetoneException.user(
          "%s is %.1f s long, the limit is %.1f s; read a part of it or raise the limit",
          file, length, seconds);
    }
  }
}
