package kinetone.common;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes to a temporary sibling and renames it when complete, so that a reader never sees half a
 * file and a failure leaves nothing behind. The sibling's name tells the process that writes it;
 * what a killed process leaves is removed by the next one that writes there.
 */
public final class AtomicFile {
  /** Writes a whole file or folder at the given path. */
  @FunctionalInterface
  public interface Writer {
    /** Writes to {@code temporary}; any exception discards what was written. */
    void writeTo(Path temporary) throws IOException;
  }

  /** A temporary file that nobody has touched for so long has no writer on another machine. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  private static final Pattern TEMPORARY = Pattern.compile("\\.(tmp|old)-(\\d{1,18})-(.+)");

  private AtomicFile() {}

  /**
   * A file that is written piece by piece under a temporary name. Closing it without {@link
   * #commit} discards what was written.
   */
  public static final class Pending implements AutoCloseable {
    private final Path target;
    private final Path temporary;

    private Pending(Path target) {
      this.target = target.toAbsolutePath();
      String name = this.target.getFileName().toString();
      temporary = this.target.resolveSibling(temporaryName(name));
    }

    /** Where to write; it keeps the extension, since muxers look at it. */
    public Path temporary() {
      return temporary;
    }

    /** Puts the file in its place. */
    public void commit() throws IOException {
      sync(temporary);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() {
      deleteQuietly(temporary);
    }
  }

  /**
   * Begins to write {@code target}, whose folder is made if it is missing. What processes that were
   * killed have left there is removed.
   */
  public static Pending begin(Path target) throws IOException {
    Pending pending = new Pending(target);
    Files.createDirectories(pending.target.getParent());
    clearLeftovers(pending.target);
    return pending;
  }

  static String temporaryName(String name) {
    return ".tmp-" + ProcessHandle.current().pid() + "-" + name;
  }

  /**
   * Removes the temporary siblings of {@code target} whose process no longer lives, and those of
   * other files once they have not been touched for an hour: the folder may be shared with a
   * machine whose processes are not seen here. A folder that was moved aside when its process was
   * killed comes back to its place.
   */
  private static void clearLeftovers(Path target) {
    String name = target.getFileName().toString();
    Instant before = Instant.now().minus(ABANDONED);
    try (Stream<Path> siblings = Files.list(target.getParent())) {
      for (Path sibling : (Iterable<Path>) siblings::iterator) {
        Matcher parts = TEMPORARY.matcher(sibling.getFileName().toString());
        if (!parts.matches() || ProcessHandle.of(Long.parseLong(parts.group(2))).isPresent()) {
          continue;
        }
        boolean ours = parts.group(3).equals(name);
        if (ours || Files.getLastModifiedTime(sibling).toInstant().isBefore(before)) {
          Path place = target.resolveSibling(parts.group(3));
          if (parts.group(1).equals("old") && !Files.exists(place)) {
            Files.move(sibling, place, StandardCopyOption.ATOMIC_MOVE);
          } else {
            deleteQuietly(sibling);
          }
        }
      }
    } catch (IOException | UncheckedIOException ignored) {
      // Tidying is a favour; what stands in the way of writing shows when writing.
    }
  }

  /**
   * Writes {@code target} through a temporary file that keeps the extension (muxers look at it).
   *
   * @throws KinetoneException when the disk refuses; the temporary file is removed
   */
  public static void write(Path target, Writer writer) {
    try (Pending pending = begin(target)) {
      writer.writeTo(pending.temporary());
      pending.commit();
    } catch (IOException e) {
      throw failure(target, e);
    }
  }

  /** What to throw when the disk refuses to take {@code target}. */
  public static KinetoneException failure(Path target, IOException e) {
    return KinetoneException.resource(e, "cannot write %s: %s", target, reason(e));
  }

  /**
   * Writes the folder {@code target} through a temporary folder. An existing folder is moved aside
   * first and deleted last, so that at every instant either the old or the new one is complete.
   */
  public static void writeFolder(Path target, Writer writer) {
    Path absolute = target.toAbsolutePath();
    String name = absolute.getFileName().toString();
    long pid = ProcessHandle.current().pid();
    Path temporary = absolute.resolveSibling(temporaryName(name));
    Path aside = absolute.resolveSibling(".old-" + pid + "-" + name);
    try {
      Files.createDirectories(absolute.getParent());
      clearLeftovers(absolute);
      deleteQuietly(temporary);
      Files.createDirectory(temporary);
      writer.writeTo(temporary);
      try (Stream<Path> files = Files.walk(temporary)) {
        for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
          sync(file);
        }
      }
      if (Files.exists(absolute)) {
        Files.move(absolute, aside, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
      deleteQuietly(aside);
    } catch (IOException e) {
      deleteQuietly(temporary);
      throw failure(target, e);
    } catch (RuntimeException | Error e) {
      deleteQuietly(temporary);
      throw e;
    }
  }

  /** Deletes a file or a whole folder, if it is there. */
  public static void deleteQuietly(Path path) {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(file);
      }
    } catch (IOException ignored) {
      // Nothing there, or nothing more to be done about it.
    }
  }

  private static void sync(Path file) throws IOException {
    if (Files.isRegularFile(file)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
  }

  private static String reason(IOException e) {
    // The messages of these are the file's name alone.
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException there) {
      return there.getFile() + " is a file, and a folder is needed there";
    }
    if (e instanceof NoSuchFileException) {
      return "its folder does not exist";
    }
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
