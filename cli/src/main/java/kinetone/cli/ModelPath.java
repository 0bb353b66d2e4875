package kinetone.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds model folders. */
final class ModelPath {
  private ModelPath() {}

  /** The folder {@code model}, or the shipped model of that name. */
  static Path resolve(String model) {
    Path folder = Path.of(model);
    String home = System.getenv("KINETONE_HOME");
    if (!Files.exists(folder) && home != null) {
      Path shipped = Path.of(home, "models", model);
      if (Files.isDirectory(shipped)) {
        return shipped;
      }
    }
    return folder;
  }
}
