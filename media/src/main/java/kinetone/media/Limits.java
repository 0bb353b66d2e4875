package kinetone.media;

import java.util.Set;
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
 * @param gapSeconds longest time that one picture stands or that sound is missing within a track:
 *     time stamps that jump by more are damaged, and what fills the gap would have no end
 * @param containers FFmpeg's names of the container formats that are opened; empty opens all that
 *     hold their media themselves
 */
public record Limits(
    long pixelsPerFrame,
    double seconds,
    int streams,
    long fileBytes,
    double gapSeconds,
    Set<String> containers) {
  /** What cameras, phones, browsers and recorders write, for files of people one does not know. */
  public static final Set<String> USUAL_CONTAINERS =
      Set.of(
          "mov,mp4,m4a,3gp,3g2,mj2",
          "matroska,webm",
          "avi",
          "mpegts",
          "wav",
          "flac",
          "ogg",
          "mp3",
          "aac");

  private static final double USUAL_GAP = 60;

  /** Checks that every limit is positive. */
  public Limits {
    Check.that(pixelsPerFrame > 0, "pixels per frame limit %d must be positive", pixelsPerFrame);
    Check.that(seconds > 0, "seconds limit %s must be positive", seconds);
    Check.atLeast("streams limit", streams, 1);
    Check.that(fileBytes > 0, "file bytes limit %d must be positive", fileBytes);
    Check.that(gapSeconds > 0, "gap limit %s must be positive", gapSeconds);
    containers = Set.copyOf(containers);
  }

  /** Limits with gaps of at most a minute. */
  public Limits(long pixelsPerFrame, double seconds, int streams, long fileBytes) {
    this(pixelsPerFrame, seconds, streams, fileBytes, USUAL_GAP, Set.of());
  }

  /** One 8K picture (7680x4320), 4 hours, 32 tracks, 16 GiB, gaps of a minute. */
  public static Limits defaults() {
    return new Limits(7680L * 4320L, 4 * 3600.0, 32, 16L << 30);
  }

  /**
   * For files that are read piece by piece, whose length costs time but no memory: one 8K picture,
   * 24 hours, 32 tracks, 256 GiB, gaps of a minute.
   */
  public static Limits streaming() {
    return new Limits(defaults().pixelsPerFrame, 24 * 3600.0, defaults().streams, 256L << 30);
  }

  /** The same limits with another bound on the pixels of one picture. */
  public Limits withPixelsPerFrame(long pixels) {
    return new Limits(pixels, seconds, streams, fileBytes, gapSeconds, containers);
  }

  /** The same limits with another bound on the length. */
  public Limits withSeconds(double longest) {
    return new Limits(pixelsPerFrame, longest, streams, fileBytes, gapSeconds, containers);
  }

  /** The same limits with another bound on gaps within a track. */
  public Limits withGapSeconds(double longest) {
    return new Limits(pixelsPerFrame, seconds, streams, fileBytes, longest, containers);
  }

  /** The same limits, for these container formats alone. */
  public Limits withContainers(Set<String> names) {
    return new Limits(pixelsPerFrame, seconds, streams, fileBytes, gapSeconds, names);
  }

  void checkPicture(Object file, long width, long height) {
    if (width * height > pixelsPerFrame) {
      throw KinetoneException.user(
          "%s has pictures of %dx%d pixels, the limit is %d pixels; scale them down",
          file, width, height, pixelsPerFrame);
    }
  }

  void checkSeconds(Object file, double length) {
    if (length > seconds) {
      throw KinetoneException.user(
          "%s is %.1f s long, the limit is %.1f s; cut it into parts", file, length, seconds);
    }
  }
}
