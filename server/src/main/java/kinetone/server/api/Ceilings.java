package kinetone.server.api;

import kinetone.common.Check;
import kinetone.server.wall.Bounds;

/**
 * The largest numbers that a client may send.
 *
 * @param bodyBytes of JSON
 * @param fields of one form
 * @param variants of one request
 * @param jobsPerOwner that wait or are made
 * @param listed jobs in one answer
 * @param streams of events at once
 * @param liveSeconds of one who sends pictures live
 * @param media what a sent file may ask of this machine
 */
public record Ceilings(
    int bodyBytes,
    int fields,
    int variants,
    int jobsPerOwner,
    int listed,
    int streams,
    int liveSeconds,
    Bounds media) {
  /**
   * One MiB of JSON, 64 fields, 8 variants, 1000 jobs, 100 listed, 64 streams, ten minutes live.
   */
  public static final Ceilings USUAL =
      new Ceilings(1 << 20, 64, 8, 1000, 100, 64, 600, Bounds.USUAL);

  /** Checks that every number has a ceiling. */
  public Ceilings {
    Check.within("body bytes", bodyBytes, 1024, 64 << 20);
    Check.within("fields", fields, 8, 1000);
    Check.within("variants", variants, 1, 100);
    Check.within("jobs of one key", jobsPerOwner, 1, 1_000_000);
    Check.within("listed", listed, 1, 1000);
    Check.within("streams", streams, 1, 10_000);
    Check.within("seconds of live pictures", liveSeconds, 1, 86_400);
  }

  /** The same with other variants of one request and bounds of media. */
  public Ceilings with(int most, Bounds other) {
    return new Ceilings(bodyBytes, fields, most, jobsPerOwner, listed, streams, liveSeconds, other);
  }
}
