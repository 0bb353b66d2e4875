package kinetone.evaluate;

import java.nio.file.Path;
import java.util.Optional;
import kinetone.media.Clip;
import kinetone.media.ReadOptions;

/**
 * What is taken of every clip once and kept as numbers, so that metrics need neither the clip nor a
 * network again.
 */
public interface Measure {
  /**
   * Names what is taken, how, and with which weights: letters, digits and hyphens. Whatever changes
   * the numbers changes this name.
   */
  String id();

  /**
   * What it needs and does not have, told with what to do about it; empty where it can measure.
   * Without it there is no {@link #id}.
   */
  default Optional<String> missing() {
    return Optional.empty();
  }

  /** The form in which it wants clips, from that of the file. */
  default ReadOptions reading(ReadOptions plain) {
    return plain;
  }

  /**
   * Names what lies beside a file and is measured too, as a part of {@link #id}; for most measures
   * there is nothing.
   *
   * @throws kinetone.common.KinetoneException when it cannot be read
   */
  default String beside(Path file) {
    return "";
  }

  /** Measures the clip of a file; for most measures the clip is enough. */
  default double[][] of(Path file, Clip clip) {
    return of(clip);
  }

  /**
   * Measures a clip.
   *
   * @return rows of numbers; none where the clip lacks the track that is measured
   */
  double[][] of(Clip clip);
}
