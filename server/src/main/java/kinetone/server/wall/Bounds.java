package kinetone.server.wall;

import kinetone.common.Check;
import kinetone.media.Limits;

/**
 * What a file that somebody sent may ask of this machine.
 *
 * @param fileBytes largest file
 * @param pixels most pixels of one picture
 * @param seconds longest file
 * @param streams most tracks
 * @param decodedBytes most bytes of what is decoded at a model's size and rate
 * @param wallSeconds longest time that one task may take
 * @param memoryBytes most memory of the process that works on it
 */
public record Bounds(
    long fileBytes,
    long pixels,
    double seconds,
    int streams,
    long decodedBytes,
    double wallSeconds,
    long memoryBytes) {
  /** Files of 256 MiB, pictures of 4K, ten minutes, eight tracks, 1 GiB decoded, 2 minutes. */
  public static final Bounds USUAL =
      new Bounds(256L << 20, 4096L * 2304, 600, 8, 1L << 30, 120, 2L << 30);

  /** As the command line takes files: 16 GiB, 8K, four hours, 32 tracks; an hour to decode them. */
  public static final Bounds WIDEST =
      new Bounds(16L << 30, 7680L * 4320, 4 * 3600.0, 32, 2L << 30, 3600, 2L << 30);

  /** Checks that every number has a ceiling. */
  public Bounds {
    Check.that(fileBytes > 0 && fileBytes <= 16L << 30, "file bytes = %d", fileBytes);
    Check.that(pixels > 0 && pixels <= 7680L * 4320, "pixels = %d", pixels);
    Check.within("seconds", seconds, 1, 4 * 3600.0);
    Check.within("streams", streams, 1, 32);
    Check.that(decodedBytes > 0 && decodedBytes <= 2L << 30, "decoded bytes = %d", decodedBytes);
    Check.within("wall seconds", wallSeconds, 1, 3600);
    Check.that(memoryBytes >= 256L << 20, "memory of the wall = %d", memoryBytes);
  }

  /** The same for files of at most so many bytes and seconds. */
  public Bounds with(long largest, double longest) {
    return new Bounds(largest, pixels, longest, streams, decodedBytes, wallSeconds, memoryBytes);
  }

  Limits limits() {
    return new Limits(pixels, seconds, streams, fileBytes).withContainers(Limits.USUAL_CONTAINERS);
  }
}
