package kinetone.media;

import java.nio.file.Path;

/** Tries files before they are read, for files of people one does not know. */
@FunctionalInterface
public interface FileTrial {
  /**
   * Tries {@code file}.
   *
   * @throws kinetone.common.KinetoneException of kind USER when it shall not be read
   */
  void of(Path file);

  /** Lets every file pass. */
  static FileTrial none() {
    return file -> {};
  }
}
