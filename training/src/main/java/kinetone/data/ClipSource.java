package kinetone.data;

import kinetone.media.Clip;

/** Clips by number, all of one format. Thread-safe: loaders call it from several threads. */
public interface ClipSource {
  /** Number of clips; {@link Long#MAX_VALUE} for sources that generate without end. */
  long size();

  /** Clip {@code index}, the same one each time. */
  Clip clip(long index);
}
