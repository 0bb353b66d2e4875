package kinetone.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kinetone.checkpoint.Json;
import kinetone.common.AtomicFile;
import kinetone.common.KinetoneException;
import kinetone.media.ClipFormat;

/**
 * What a folder of latents was made from, kept as {@code latents.json} beside the shards.
 *
 * @param source the clips: a kind and what else tells them from others
 * @param format of the clips
 * @param count clips
 * @param shardSize clips per shard, the last one excepted
 * @param videoCodecSha256 of the weights of the picture codec; null when there are no latents of it
 * @param audioCodecSha256 of the weights of the sound codec; null when there are no latents of it
 * @param melCodecSha256 of the weights of the mel codec; null when there are no latents of it
 * @param cavpSha256 of the weights of the network for picture features; null when there are none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LatentsFile(
    Map<String, String> source,
    ClipFormat format,
    long count,
    int shardSize,
    String videoCodecSha256,
    String audioCodecSha256,
    String melCodecSha256,
    String cavpSha256) {
  private static final String NAME = "latents.json";

  /** Sorts the source's keys, so that the file does not depend on the order of a map. */
  public LatentsFile {
    source = new TreeMap<>(source);
  }

  /** The file in {@code folder}. */
  public static Path in(Path folder) {
    return folder.resolve(NAME);
  }

  /**
   * Checks that shards in {@code folder}, if there are any, were made from this.
   *
   * @throws KinetoneException of kind USER naming what differs
   */
  void requireSame(Path folder) {
    Path file = in(folder);
    if (!Files.exists(file)) {
      if (Files.exists(LatentCache.shard(folder, 0))) {
        throw KinetoneException.user(
            "%s has shards but no %s, so nobody knows what they were made from; choose another"
                + " folder",
            folder, NAME);
      }
      return;
    }
    List<String> differing = new ArrayList<>();
    JsonNode there = read(file);
    JsonNode wanted = parse(file, text());
    Set<String> keys = new LinkedHashSet<>();
    wanted.fieldNames().forEachRemaining(keys::add);
    there.fieldNames().forEachRemaining(keys::add);
    for (String key : keys) {
      if (!wanted.path(key).equals(there.path(key))) {
        differing.add(key + " " + there.path(key) + " instead of " + wanted.path(key));
      }
    }
    if (!differing.isEmpty()) {
      throw KinetoneException.user(
          "%s holds other latents: %s; choose another folder or delete this one",
          folder, String.join(", ", differing));
    }
  }

  void write(Path folder) {
    AtomicFile.write(in(folder), temporary -> Files.writeString(temporary, text() + "\n"));
  }

  private String text() {
    try {
      return Json.MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode read(Path file) {
    try {
      return parse(file, Files.readString(file));
    } catch (IOException e) {
      throw KinetoneException.user(e, "cannot read %s", file);
    }
  }

  private static JsonNode parse(Path file, String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw Json.error(file, e);
    }
  }
}
