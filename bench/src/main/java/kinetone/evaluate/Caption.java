package kinetone.evaluate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import kinetone.common.InputFile;

/** What is said of a clip: the text of its name with the ending {@code .txt}. */
final class Caption {
  private static final int MOST_BYTES = 1 << 16;

  private Caption() {}

  /**
   * The caption beside a clip; empty where there is none.
   *
   * @throws kinetone.common.KinetoneException when it is no text, or too long
   */
  static Optional<String> beside(Path clip) {
    String name = clip.getFileName().toString();
    int dot = name.lastIndexOf('.');
    Path file = clip.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".txt");
    return Files.isRegularFile(file)
        ? Optional.of(InputFile.text(file, "caption", MOST_BYTES).strip())
            .filter(text -> !text.isEmpty())
        : Optional.empty();
  }
}
