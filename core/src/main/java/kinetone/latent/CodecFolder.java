package kinetone.latent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import kinetone.checkpoint.ComponentFolder;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A codec on disk: a component folder whose configuration holds the codec's own and the statistics
 * of its latents.
 */
public final class CodecFolder {
  private static final String CODEC = "codec";
  private static final String STATISTICS = "statistics";

  /**
   * A codec as it was saved.
   *
   * @param codec the codec with its weights
   * @param statistics of its latents
   * @param <K> codec
   */
  public record Loaded<K extends Codec>(K codec, LatentStatistics statistics) {}

  private CodecFolder() {}

  /**
   * Writes {@code codec} into {@code folder}.
   *
   * @param dtype how weights are stored: Float, BFloat16 or Half
   */
  public static <C, K extends Codec> void save(
      Path folder,
      CodecFormat<C, K> format,
      K codec,
      LatentStatistics statistics,
      ScalarType dtype) {
    requireChannels(codec, statistics);
    ObjectNode config = Json.MAPPER.createObjectNode();
    config.set(CODEC, Json.MAPPER.valueToTree(format.config().apply(codec)));
    config.set(STATISTICS, Json.MAPPER.valueToTree(statistics));
    try (PointerScope scope = new PointerScope()) {
      ComponentFolder.write(folder, format.type(), config, StateDict.of(codec.module()), dtype);
    }
  }

  /**
   * Reads a codec of the kind {@code format}. Call it outside of scopes, or the weights die with
   * the scope.
   *
   * @throws KinetoneException when the folder holds another kind, or is incomplete or damaged
   */
  public static <C, K extends Codec> Loaded<K> load(Path folder, CodecFormat<C, K> format) {
    return load(folder, List.of(format));
  }

  /** Reads a codec of any of the kinds {@code formats}; see {@link #load(Path, CodecFormat)}. */
  public static <K extends Codec> Loaded<K> load(
      Path folder, List<? extends CodecFormat<?, ? extends K>> formats) {
    String type = ComponentFolder.type(folder);
    for (CodecFormat<?, ? extends K> format : formats) {
      if (format.type().equals(type)) {
        return read(folder, format);
      }
    }
    throw KinetoneException.user(
        "%s holds a %s; expected is one of: %s",
        folder, type, formats.stream().map(CodecFormat::type).collect(Collectors.joining(", ")));
  }

  /**
   * The configuration of the codec in {@code folder}, without its weights.
   *
   * @throws KinetoneException when the folder holds another kind
   */
  public static <C> C config(Path folder, CodecFormat<C, ?> format) {
    ComponentFolder.requireType(folder, format.type());
    return part(folder, ComponentFolder.config(folder, JsonNode.class), CODEC, format.configType());
  }

  /** The statistics of the codec in {@code folder}, whatever its kind, without its weights. */
  public static LatentStatistics statistics(Path folder) {
    JsonNode config = ComponentFolder.config(folder, JsonNode.class);
    return part(folder, config, STATISTICS, LatentStatistics.class);
  }

  private static <C, K extends Codec> Loaded<K> read(
      Path folder, CodecFormat<C, ? extends K> format) {
    JsonNode config = ComponentFolder.config(folder, JsonNode.class);
    C codecConfig = part(folder, config, CODEC, format.configType());
    LatentStatistics statistics = part(folder, config, STATISTICS, LatentStatistics.class);
    try (Rng rng = Rng.none()) {
      K codec = format.build().apply(codecConfig, rng);
      requireChannels(codec, statistics);
      ComponentFolder.load(folder, codec.module());
      return new Loaded<>(codec, statistics);
    }
  }

  private static <T> T part(Path folder, JsonNode config, String key, Class<T> type) {
    Check.that(config.hasNonNull(key), "%s: config.json has no '%s'", folder, key);
    try {
      return Json.MAPPER.treeToValue(config.get(key), type);
    } catch (JsonProcessingException e) {
      throw Json.error(folder.resolve("config.json"), e);
    }
  }

  private static void requireChannels(Codec codec, LatentStatistics statistics) {
    Check.that(
        statistics.codecChannels() == codec.latentChannels(),
        "latent statistics have %d channels but the codec has %d",
        statistics.codecChannels(),
        codec.latentChannels());
  }
}
