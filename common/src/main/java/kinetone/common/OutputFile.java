package kinetone.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file or folder that somebody names to be written. What stands in the way of writing it is found
 * before any work, not after it.
 */
public final class OutputFile {
  private OutputFile() {}

  /**
   * Requires that a file could be written there now, by writing an empty one beside it, and returns
   * it. Folders that are missing are not made.
   *
   * @throws KinetoneException of kind USER when it is a folder, a named pipe or a device, or lies
   *     in what is no folder; of kind RESOURCE when the disk refuses
   */
  public static Path require(Path file) {
    if (Files.isDirectory(file)) {
      throw KinetoneException.user("output %s is a folder; name a file in it", file);
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw KinetoneException.user(
          "output %s is not a regular file (a pipe or a device); name a file", file);
    }
    probe(file, file.toAbsolutePath().getParent(), String.valueOf(file.getFileName()));
    return file;
  }

  /**
   * Requires that files could be written into a folder, which may not exist yet; see {@link
   * #require}.
   */
  public static Path requireFolder(Path folder) {
    probe(folder, folder.toAbsolutePath(), "probe");
    return folder;
  }

  /**
   * Requires that writing {@code output} does not replace {@code input}, by whatever names or
   * links.
   *
   * @throws KinetoneException of kind USER when both are one file
   */
  public static void requireOther(Path output, Path input) {
    try {
      if (Files.exists(output) && Files.exists(input) && Files.isSameFile(output, input)) {
        throw KinetoneException.user(
            "output %s is the input %s itself, which would be lost; choose another name",
            output, input);
      }
    } catch (IOException e) {
      throw KinetoneException.user(e, "%s cannot be read: %s", input, e.getMessage());
    }
  }

  /** {@code file}, or where there is one already, the first of NAME-2.END, NAME-3.END, ... */
  public static Path numbered(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    String ending = dot > 0 ? name.substring(dot) : "";
    Path free = file;
    for (int number = 2; Files.exists(free); number++) {
      free = file.resolveSibling(stem + "-" + number + ending);
    }
    return free;
  }

  private static void probe(Path output, Path folder, String name) {
    Path existing = folder;
    while (!Files.exists(existing)) {
      existing = existing.getParent();
      if (existing == null) {
        throw KinetoneException.user("cannot write %s: there is no such drive", output);
      }
    }
    if (!Files.isDirectory(existing)) {
      throw KinetoneException.user(
          "cannot write %s: %s is a file, and a folder is needed there", output, existing);
    }
    Path probe = existing.resolve(AtomicFile.temporaryName(name));
    try {
      Files.createFile(probe);
    } catch (IOException e) {
      throw AtomicFile.failure(output, e);
    } finally {
      AtomicFile.deleteQuietly(probe);
    }
  }
}
