package kinetone.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kinetone.checkpoint.Json;
import kinetone.common.AtomicFile;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.common.Sha256;
import kinetone.media.ClipFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a folder of latents was made from, kept as {@code latents.json} beside the shards.
 *
 * @param source the clips: a kind and what else tells them from others
 * @param format of the clips
 * @param count clips
 * @param shardSize clips per shard, the last one excepted
 * @param encoders what made them, by role
 * @param labels names of the classes of which each clip has a number; empty when they have none
 */
public record LatentsFile(
    Map<String, String> source,
    ClipFormat format,
    long count,
    int shardSize,
    Map<String, EncoderDigest> encoders,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> labels) {
  private static final Logger LOG = LoggerFactory.getLogger(LatentsFile.class);

  private static final String NAME = "latents.json";
  private static final String ENCODERS = "encoders";

  /** Sorts both maps, so that the file does not depend on their order. */
  public LatentsFile {
    Check.that(source != null, "source is missing");
    Check.that(encoders != null, "encoders is missing");
    source = new TreeMap<>(source);
    encoders = new TreeMap<>(encoders);
    labels = labels == null ? List.of() : List.copyOf(labels);
  }

  /** Latents of clips without labels. */
  public LatentsFile(
      Map<String, String> source,
      ClipFormat format,
      long count,
      int shardSize,
      Map<String, EncoderDigest> encoders) {
    this(source, format, count, shardSize, encoders, List.of());
  }

  /** The file in {@code folder}. */
  public static Path in(Path folder) {
    return folder.resolve(NAME);
  }

  /**
   * Reads the file in {@code folder}.
   *
   * @throws KinetoneException of kind USER when it is missing, malformed or of an earlier version
   */
  public static LatentsFile read(Path folder) {
    Path file = in(folder);
    if (!Files.exists(file)) {
      throw KinetoneException.user(
          "%s has no %s, so nobody knows what made these latents; prepare them again",
          folder, NAME);
    }
    return Json.bind(file, tree(file), LatentsFile.class);
  }

  /**
   * Requires that the latents of {@code role} were made by the network in a component folder.
   *
   * @param folder of these latents, for errors
   * @throws KinetoneException of kind USER naming both
   */
  public void requireEncoder(Path folder, String role, Path encoder) {
    EncoderDigest there = encoders.get(role);
    Check.that(there != null, "%s does not say what made its %s", in(folder), role);
    EncoderDigest wanted = EncoderDigest.of(encoder);
    Check.that(
        there.weights().equals(wanted.weights()),
        "the %s in %s was made by a codec with weights %s, but %s has weights %s; prepare the latents"
            + " again, or name the codec that made them",
        role,
        folder,
        there.weights(),
        encoder,
        wanted.weights());
    Check.that(
        there.equals(wanted),
        "the %s in %s was made with the weights of %s in another configuration (SHA-256 %s instead of"
            + " %s); prepare the latents again, or name the codec that made them",
        role,
        folder,
        encoder,
        there.configuration(),
        wanted.configuration());
  }

  /**
   * Requires that clips have labels of these names.
   *
   * @param folder of these latents, for errors
   * @throws KinetoneException of kind USER when they have others or none
   */
  public void requireLabels(Path folder, List<String> names) {
    Check.that(
        labels.equals(names),
        "the clips in %s are of the classes [%s], but the model's are [%s]%s",
        folder,
        String.join(", ", labels),
        String.join(", ", names),
        labels.isEmpty() ? "; prepare them with --labels" : "");
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
    Map<String, JsonNode> there = values(tree(file));
    Map<String, JsonNode> wanted = values(Json.tree(file, text()));
    Set<String> keys = new LinkedHashSet<>(wanted.keySet());
    keys.addAll(there.keySet());
    for (String key : keys) {
      if (!wanted.containsKey(key) || !wanted.get(key).equals(there.get(key))) {
        differing.add(key + " " + there.get(key) + " instead of " + wanted.get(key));
      }
    }
    if (!differing.isEmpty()) {
      throw KinetoneException.user(
          "%s holds other latents: %s; choose another folder or delete this one",
          folder, String.join(", ", differing));
    }
  }

  /** The values by key, the encoders one by one. */
  private static Map<String, JsonNode> values(JsonNode tree) {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    tree.properties()
        .forEach(
            value -> {
              if (value.getKey().equals(ENCODERS)) {
                value
                    .getValue()
                    .properties()
                    .forEach(e -> values.put(ENCODERS + "." + e.getKey(), e.getValue()));
              } else {
                values.put(value.getKey(), value.getValue());
              }
            });
    return values;
  }

  /** Writes the file into {@code folder}. */
  public void write(Path folder) {
    AtomicFile.write(in(folder), temporary -> Files.writeString(temporary, text() + "\n"));
  }

  /** SHA-256 of what the file says. */
  String sha256() {
    return Sha256.of(text());
  }

  /**
   * Requires that all shards in {@code folder} that say what they were made from say this. Of those
   * that do not a line tells, since nobody can check them.
   *
   * @throws KinetoneException of kind USER naming the first that does not
   */
  public void requireShards(Path folder) {
    int silent = 0;
    List<Path> shards = LatentCache.files(folder);
    for (Path shard : shards) {
      ShardOrigin origin = ShardOrigin.read(shard);
      origin.requireOf(this, shard);
      silent += origin.latents() == null ? 1 : 0;
    }
    if (silent > 0) {
      LOG.warn(
          "{} of {} shards in {} do not say what they were made from (an earlier version made them);"
              + " they are used as {} describes them",
          silent,
          shards.size(),
          folder,
          NAME);
    }
  }

  private String text() {
    try {
      return Json.MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode tree(Path file) {
    JsonNode tree = Json.fileTree(file, "description of latents");
    Check.that(
        tree.has(ENCODERS),
        "%s is of an earlier version and does not say by role what made the latents; prepare them"
            + " again",
        file);
    return tree;
  }
}
