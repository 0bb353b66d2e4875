package kinetone.server.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import kinetone.common.AtomicFile;
import kinetone.common.KinetoneException;
import kinetone.common.Sha256;

/**
 * Files by the SHA-256 of what is in them: {@code media/ab/abcd...}. A file is there whole or not
 * at all. What is made of a stored file lies beside it, as {@code abcd....KIND}, and goes with it.
 *
 * <p>With an object store, files live there, and the folder holds those that this machine used
 * last.
 */
public final class MediaStore implements AutoCloseable {
  /** Files that nobody has touched for so long, and no job has, are forgotten. */
  private static final Duration GRACE = Duration.ofMinutes(10);

  /** Where they live elsewhere, files are kept here for so long after their last use. */
  private static final Duration KEPT_HERE = Duration.ofHours(1);

  /** To list a bucket costs money. */
  private static final Duration BETWEEN_LISTS = Duration.ofMinutes(15);

  private final Path folder;
  private final Path temporary;
  private final Optional<ObjectStore> remote;
  private volatile Instant listed = Instant.EPOCH;

  /**
   * The store in {@code data}; leftovers of processes that were killed are removed.
   *
   * @param remote where files live, if not in {@code data}; closed with this
   */
  public MediaStore(Path data, Optional<ObjectStore> remote) {
    this.remote = remote;
    folder = data.resolve("media");
    temporary = data.resolve("temporary");
    try {
      Files.createDirectories(folder);
      Files.createDirectories(temporary);
    } catch (IOException e) {
      throw AtomicFile.failure(data, e);
    }
  }

  /**
   * A file in the store.
   *
   * @param hash of its content
   * @param bytes of it
   */
  public record Stored(String hash, long bytes) {}

  /** A fresh name for a file or folder in the making. */
  public Path temporary(String ending) {
    return temporary.resolve(UUID.randomUUID() + ending);
  }

  /** The folder that temporary files are in. */
  public Path temporaryFolder() {
    return temporary;
  }

  /**
   * Stores what comes.
   *
   * @param limit most bytes
   * @throws KinetoneException of kind USER when there are more or none, of kind RESOURCE when the
   *     disk refuses
   * @throws StoreAwayException when the object store does
   */
  public Stored put(InputStream content, String what, long limit) {
    Path file = temporary(".part");
    MessageDigest digest = Sha256.digest();
    try {
      long bytes = 0;
      try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
        byte[] buffer = new byte[1 << 16];
        for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
          bytes += n;
          if (bytes > limit) {
            throw KinetoneException.user("%s has more than %d bytes", what, limit);
          }
          digest.update(buffer, 0, n);
          out.write(buffer, 0, n);
        }
      }
      if (bytes == 0) {
        throw KinetoneException.user("%s is empty", what);
      }
      return place(file, Sha256.hex(digest), bytes);
    } catch (IOException e) {
      throw KinetoneException.resource(e, "%s cannot be stored: the disk refuses", what);
    } finally {
      AtomicFile.deleteQuietly(file);
    }
  }

  /** Stores a finished file, which is moved. */
  public Stored put(Path file) {
    try {
      return place(file, Sha256.ofOwn(file), Files.size(file));
    } catch (IOException e) {
      throw KinetoneException.resource(e, "a result cannot be stored: the disk refuses");
    }
  }

  private Stored place(Path file, String hash, long bytes) throws IOException {
    Path target = path(hash);
    Files.createDirectories(target.getParent());
    if (Files.exists(target)) {
      // It begins to be needed now, whenever it came.
      Files.setLastModifiedTime(target, FileTime.from(Instant.now()));
    }
    if (!Files.exists(target)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
    }
    // Also where it is there already: so nobody removes it as an old one.
    remote.ifPresent(store -> store.put(hash, target));
    return new Stored(hash, bytes);
  }

  /** The folder that stored files are in. */
  public Path folder() {
    return folder;
  }

  /**
   * The file of that hash on this machine; where none is stored, this is the name it would have.
   *
   * @throws StoreAwayException when it is in an object store that does not answer
   * @throws KinetoneException when the disk refuses, or what comes has another hash
   */
  public Path file(String hash) {
    Path file = path(hash);
    if (remote.isEmpty()) {
      return file;
    }
    try {
      if (Files.exists(file)) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      } else {
        fetch(hash, file);
      }
      return file;
    } catch (IOException e) {
      throw KinetoneException.resource(e, "the disk refuses to take a file of the bucket");
    }
  }

  private void fetch(String hash, Path target) throws IOException {
    Path coming = temporary(".part");
    try {
      if (!remote.orElseThrow().get(hash, coming)) {
        return;
      }
      if (!Sha256.ofOwn(coming).equals(hash)) {
        throw KinetoneException.internal("object %s of the bucket is damaged", hash);
      }
      Files.createDirectories(target.getParent());
      Files.move(coming, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      AtomicFile.deleteQuietly(coming);
    }
  }

  private Path path(String hash) {
    if (!hash.matches("[0-9a-f]{64}")) {
      throw KinetoneException.internal("no hash of media: %s", hash);
    }
    return folder.resolve(hash.substring(0, 2)).resolve(hash);
  }

  /** Where what is made of it is, or would be. */
  public Path derived(String hash, String kind) {
    return path(hash).resolveSibling(hash + "." + kind);
  }

  /**
   * Removes files that nobody needs.
   *
   * @param unreferenced says which of some hashes no job has
   * @return how many files of this machine
   * @throws StoreAwayException when the object store does not answer
   */
  public int sweep(UnaryOperator<Set<String>> unreferenced) {
    int removed =
        remote.isEmpty()
            ? sweepHere(Instant.now().minus(GRACE), unreferenced)
            : sweepHere(Instant.now().minus(KEPT_HERE), hashes -> hashes);
    if (remote.isPresent() && listed.plus(BETWEEN_LISTS).isBefore(Instant.now())) {
      listed = Instant.now();
      Instant before = listed.minus(GRACE);
      remote
          .get()
          .list(
              before,
              names -> {
                names.removeIf(name -> !name.matches("[0-9a-f]{64}"));
                remote.get().delete(unreferenced.apply(names), before);
              });
    }
    return removed;
  }

  private int sweepHere(Instant before, UnaryOperator<Set<String>> unneeded) {
    int removed = 0;
    try (Stream<Path> folders = Files.list(folder)) {
      for (Path part : (Iterable<Path>) folders::iterator) {
        Set<String> old = new HashSet<>();
        try (Stream<Path> files = Files.list(part)) {
          for (Path file : (Iterable<Path>) files::iterator) {
            String name = file.getFileName().toString();
            if (name.matches("[0-9a-f]{64}") && isOlder(file, before)) {
              old.add(name);
            }
          }
        }
        for (String hash : unneeded.apply(old)) {
          // A job that was accepted just now has touched it.
          if (isOlder(part.resolve(hash), before)) {
            remove(part, hash);
            removed++;
          }
        }
      }
    } catch (IOException | UncheckedIOException e) {
      return removed;
    }
    sweepTemporary(Instant.now().minus(Duration.ofHours(6)));
    return removed;
  }

  private static void remove(Path part, String hash) throws IOException {
    try (Stream<Path> files = Files.list(part)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.getFileName().toString().startsWith(hash)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** Removes what is in the making since before {@code instant}: whoever made it lives no more. */
  public void sweepTemporary(Instant instant) {
    try (Stream<Path> files = Files.list(temporary)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (isOlder(file, instant)) {
          AtomicFile.deleteQuietly(file);
        }
      }
    } catch (IOException | UncheckedIOException ignored) {
      // Tidying is a favour.
    }
  }

  private static boolean isOlder(Path file, Instant instant) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(instant);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public void close() {
    remote.ifPresent(ObjectStore::close);
  }
}
