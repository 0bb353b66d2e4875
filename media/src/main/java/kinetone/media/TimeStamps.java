package kinetone.media;

import java.nio.file.Path;
import kinetone.common.KinetoneException;

/**
 * Bounds the jumps in the time stamps of one track. Stamps that begin anew, or run far ahead, are
 * those of a damaged file or of several recordings in one: nobody can say when such pictures and
 * sounds belong, and filling the gap before them might never end.
 */
final class TimeStamps {
  /** Stamps of sloppy files go back a little, in seconds. */
  private static final double BACK = 1;

  private final Path path;
  private final String what;
  private final double gap;

  /**
   * Bounds a track.
   *
   * @param what name of the track, for errors
   */
  TimeStamps(Path path, String what, Limits limits) {
    this.path = path;
    this.what = what;
    gap = limits.gapSeconds();
  }

  /** Checks the first stamp of a track that is wanted from 0 on; it may lie before. */
  void checkFirst(double time) {
    checkNext(Math.min(time, 0), time);
  }

  /** Checks the step from one stamp, or the end of a piece, to the next, all in seconds. */
  void checkNext(double from, double to) {
    if (to - from > gap || from - to > BACK) {
      throw KinetoneException.user(
          "%s is damaged or made of several recordings: the time stamps of its %s jump from %.3f to"
              + " %.3f s (the limit is %.0f s); convert it anew, or cut it there",
          path, what, from, to, gap);
    }
  }
}
