package kinetone.common;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file that somebody names to be read. Only regular files are: opening a named pipe waits for a
 * writer that may never come, and a device may have no end.
 */
public final class InputFile {
  private InputFile() {}

  /**
   * Requires a regular file that can be read, and returns it.
   *
   * @param what what is needed, for the message, for example "media file"
   * @throws KinetoneException of kind USER when it is missing, a folder, a named pipe, a device or
   *     unreadable
   */
  public static Path require(Path path, String what) {
    if (!Files.exists(path)) {
      throw KinetoneException.user("%s does not exist", path);
    }
    if (Files.isDirectory(path)) {
      throw KinetoneException.user("%s is a folder, a %s is needed", path, what);
    }
    if (!Files.isRegularFile(path)) {
      throw KinetoneException.user(
          "%s is not a regular file (a pipe or a device), a %s is needed; copy it to a file first",
          path, what);
    }
    if (!Files.isReadable(path)) {
      throw KinetoneException.user("%s cannot be read; check its permissions", path);
    }
    return path;
  }

  /**
   * The whole text of a small UTF-8 file, without a byte order mark.
   *
   * @param what what is needed, for the message
   * @param maxBytes largest size that is read
   * @throws KinetoneException of kind USER when it is no regular file, too large or not UTF-8
   */
  public static String text(Path path, String what, long maxBytes) {
    require(path, what);
    try {
      long bytes = Files.size(path);
      if (bytes > maxBytes) {
        throw KinetoneException.user(
            "%s has %d bytes, a %s has at most %d", path, bytes, what, maxBytes);
      }
      String text = Files.readString(path);
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw KinetoneException.user(e, "%s is not UTF-8 text, a %s is needed", path, what);
    } catch (NoSuchFileException e) {
      throw KinetoneException.user(e, "%s does not exist", path);
    } catch (IOException e) {
      throw KinetoneException.user(e, "%s cannot be read: %s", path, e.getMessage());
    }
  }
}
