package kinetone.server.store;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where whole files are kept by name, beyond this machine. An object is there whole or not at all;
 * all methods throw {@link StoreAwayException} when the place does not answer or refuses.
 */
public interface ObjectStore extends AutoCloseable {
  /** Keeps {@code file} under {@code name}; one of that name is replaced, and is new. */
  void put(String name, Path file);

  /**
   * Writes the object of that name to {@code file}, which must not exist.
   *
   * @return whether there is one
   */
  boolean get(String name, Path file);

  /** Removes the objects of those names that nobody has put since {@code before}. */
  void delete(Set<String> names, Instant before);

  /** Names of objects that were put before {@code before}, some at a time. */
  void list(Instant before, Consumer<Set<String>> names);

  @Override
  void close();
}
