package kinetone.data;

import java.util.List;
import kinetone.media.Clip;

/** Clips by number, all of one format. Thread-safe: loaders call it from several threads. */
public interface ClipSource {
  /** Number of clips; {@link Long#MAX_VALUE} for sources that generate without end. */
  long size();

  /** Clip {@code index}, the same one each time. */
  Clip clip(long index);

  /** The names of the classes that clips are of; none where nobody knows them. */
  default List<String> labels() {
    return List.of();
  }

  /** The class of clip {@code index}, a number in {@link #labels}; only where there are any. */
  default int label(long index) {
    throw new UnsupportedOperationException("these clips have no labels");
  }

  /** Whether any clip has a caption. */
  default boolean hasCaptions() {
    return false;
  }

  /** What clip {@code index} shows, in words; empty where nobody says. */
  default String caption(long index) {
    return "";
  }
}
