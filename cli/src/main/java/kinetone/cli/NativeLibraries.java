package kinetone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import kinetone.common.KinetoneException;
import org.bytedeco.javacpp.Loader;

/**
 * Where the native libraries (libtorch, FFmpeg) are unpacked on first use. That they fit is asked
 * before, since a disk that fills half-way leaves the person with an error of the loader.
 */
final class NativeLibraries {
  /** What they take, measured on Linux. */
  static final long BYTES = 836L << 20;

  private static final int MEGABYTE = 1 << 20;

  private NativeLibraries() {}

  /** What their loader says goes where other libraries speak; before it is used first. */
  static void quieten() {
    if (System.getProperty("org.bytedeco.javacpp.logger") == null) {
      System.setProperty("org.bytedeco.javacpp.logger", "slf4j");
    }
  }

  /** The folder. */
  static Path folder() {
    String set = System.getProperty("org.bytedeco.javacpp.cachedir");
    return set != null
        ? Path.of(set)
        : Path.of(System.getProperty("user.home"), ".javacpp", "cache");
  }

  /**
   * Requires that what is not unpacked yet has room.
   *
   * @throws KinetoneException of kind MACHINE when it has not, or nothing can be written there
   */
  static void requireRoom() {
    requireRoom(folder(), BYTES);
  }

  static void requireRoom(Path folder, long bytes) {
    if (isUnpacked(folder)) {
      return;
    }
    try {
      Files.createDirectories(folder);
      long free = Files.getFileStore(folder).getUsableSpace();
      if (free < bytes) {
        throw KinetoneException.machine(
            null,
            "the native libraries are unpacked into %s on first use, which takes %d MB, and %d MB are"
                + " free there; make room, or name another folder:"
                + " KINETONE_JAVA_OPTS=-Dorg.bytedeco.javacpp.cachedir=FOLDER",
            folder,
            bytes / MEGABYTE,
            free / MEGABYTE);
      }
    } catch (IOException e) {
      throw KinetoneException.machine(
          e,
          "the native libraries are unpacked into %s on first use, which cannot be made; name another"
              + " folder: KINETONE_JAVA_OPTS=-Dorg.bytedeco.javacpp.cachedir=FOLDER",
          folder);
    }
  }

  /** Whether the largest of them is there; the loader compares sizes and completes the rest. */
  private static boolean isUnpacked(Path folder) {
    try (Stream<Path> jars = Files.list(folder)) {
      return jars.anyMatch(
          jar -> {
            String name = jar.getFileName().toString().toLowerCase(Locale.ROOT);
            return name.startsWith("pytorch-") && name.contains(Loader.getPlatform());
          });
    } catch (IOException e) {
      return false;
    }
  }
}
