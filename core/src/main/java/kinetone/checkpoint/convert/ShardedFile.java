package kinetone.checkpoint.convert;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.tensor.TensorFile;
import org.bytedeco.pytorch.Tensor;

/**
 * A state dict in several files beside an index ({@code *.index.json} of transformers and
 * diffusers), which says in which file each tensor is. Tensors that a file holds beyond the index
 * are seen too.
 */
public final class ShardedFile implements TensorFile {
  /** How the names of such indices end. */
  public static final String ENDING = ".index.json";

  private static final int MOST_SHARDS = 1000;

  private final Map<String, TensorFile> shards = new LinkedHashMap<>();
  private final Map<String, String> places = new LinkedHashMap<>();
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * Opens all files that the index names.
   *
   * @throws KinetoneException when the index is malformed, or a file is missing, damaged or without
   *     a tensor that the index says it has
   */
  public ShardedFile(Path index) {
    try {
      open(index);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void open(Path index) {
    JsonNode map = Json.fileTree(index, "index of weights").path("weight_map");
    Check.that(map.isObject() && !map.isEmpty(), "%s has no 'weight_map' of tensors", index);
    map.properties()
        .forEach(
            tensor -> {
              String name = tensor.getValue().asText();
              Check.that(
                  tensor.getValue().isTextual()
                      && WeightsFiles.isNamedSo(Path.of(name))
                      && name.equals(Path.of(name).getFileName().toString()),
                  "%s says that %s is in '%s', which is no file of weights beside it",
                  index,
                  TensorFile.printable(tensor.getKey()),
                  TensorFile.printable(name));
              places.put(tensor.getKey(), name);
              if (!shards.containsKey(name)) {
                Check.that(
                    shards.size() < MOST_SHARDS, "%s names more than %d files", index, MOST_SHARDS);
                shards.put(name, shard(index, name));
              }
            });
    shards.forEach((name, shard) -> take(index, name, shard));
    places.forEach(
        (tensor, name) ->
            Check.that(
                entries.containsKey(tensor),
                "%s says that %s is in %s, but it is not; fetch both again",
                index,
                TensorFile.printable(tensor),
                name));
  }

  private static TensorFile shard(Path index, String name) {
    Path file = index.resolveSibling(name);
    if (!Files.isRegularFile(file)) {
      throw KinetoneException.user(
          "%s names %s, which is not beside it; fetch it too", index, file.getFileName());
    }
    return WeightsFiles.open(file);
  }

  private void take(Path index, String name, TensorFile shard) {
    shard
        .groups()
        .getOrDefault(ROOT, Map.of())
        .forEach(
            (tensor, entry) -> {
              if (places.getOrDefault(tensor, name).equals(name)) {
                Check.that(
                    entries.put(tensor, entry) == null,
                    "%s: several files hold %s",
                    index,
                    TensorFile.printable(tensor));
                places.put(tensor, name);
              }
            });
  }

  @Override
  public Map<String, Map<String, Entry>> groups() {
    return Map.of(ROOT, entries);
  }

  @Override
  public Tensor read(String group, String name) {
    return shards.get(places.get(name)).read(ROOT, name);
  }

  @Override
  public void close() {
    shards.values().forEach(TensorFile::close);
  }
}
