package kinetone.server.work;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import kinetone.common.Check;
import kinetone.common.Printable;
import kinetone.pipeline.GenerativeSystem;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.Systems;

/** The models that are served, by name. Their indexes are read, their weights are not. */
public final class ModelCatalog {
  /** Weights lie on the disk in half of the numbers' size, and what a step needs comes on top. */
  private static final double MEMORY_PER_BYTE = 3;

  private final Map<String, Entry> models = new LinkedHashMap<>();

  /**
   * One model.
   *
   * @param name what requests call it: that of its folder
   * @param folder where it is
   * @param index what it is
   * @param system what it can do
   * @param memory bytes that it takes when it is loaded, estimated
   * @param created when its index was written, in seconds since 1970
   */
  public record Entry(
      String name,
      Path folder,
      ModelIndex index,
      GenerativeSystem system,
      long memory,
      long created) {}

  /**
   * The models in {@code folders}.
   *
   * @throws kinetone.common.KinetoneException when there is none, one is no model, or two have one
   *     name
   */
  public ModelCatalog(Collection<Path> folders) {
    Check.that(!folders.isEmpty(), "no model is to be served; give --models");
    for (Path folder : folders) {
      ModelIndex index = ModelIndex.read(folder);
      String name = folder.toAbsolutePath().normalize().getFileName().toString();
      Check.that(
          name.matches("[A-Za-z0-9._-]{1,100}"),
          "the model folder %s must have a name of letters, digits, '.', '_' and '-'",
          folder);
      Check.that(
          !models.containsKey(name), "two models are called %s; rename one of the folders", name);
      models.put(
          name,
          new Entry(
              name,
              folder,
              index,
              Systems.named(index.system()),
              (long) (MEMORY_PER_BYTE * weightBytes(folder)),
              created(folder)));
    }
  }

  private static long weightBytes(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      long bytes = 0;
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.getFileName().toString().endsWith(".safetensors")) {
          bytes += Files.size(file);
        }
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long created(Path folder) {
    try {
      return Files.getLastModifiedTime(folder.resolve(ModelIndex.FILE)).toMillis() / 1000;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The model called {@code name}. */
  public Optional<Entry> find(String name) {
    return Optional.ofNullable(models.get(name));
  }

  /** The model that is meant where none is named: the first. */
  public Entry first() {
    return models.values().iterator().next();
  }

  /**
   * The model that a request names; the first where it names none.
   *
   * @throws kinetone.common.KinetoneException of kind USER when there is no such model
   */
  public Entry named(String name) {
    if (name.isEmpty()) {
      return first();
    }
    Check.that(
        models.containsKey(name),
        "there is no model %s; use %s",
        Printable.of(name),
        String.join(", ", models.keySet()));
    return models.get(name);
  }

  /** All models. */
  public List<Entry> all() {
    return List.copyOf(models.values());
  }
}
