package kinetone.media;

/** Whether a track is read. */
public enum TrackUse {
  /** Not read even if it is there. */
  SKIP,
  /** Read if it is there. */
  IF_PRESENT,
  /** A file without it is refused. */
  REQUIRED
}
