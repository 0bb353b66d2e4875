package kinetone.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import kinetone.checkpoint.ComponentFolder;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.latent.LatentStatistics;
import kinetone.tensor.StateDict;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A codec on disk: a component folder whose configuration holds the codec's own and the statistics
 * of its latents. {@link Codecs} reads any kind.
 */
public final class CodecFolder {
  private static final String CODEC = "codec";
  private static final String STATISTICS = "statistics";

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
    requireChannels(codec.layout(), statistics);
    ObjectNode config = Json.MAPPER.createObjectNode();
    config.set(CODEC, Json.MAPPER.valueToTree(format.config().apply(codec)));
    config.set(STATISTICS, Json.MAPPER.valueToTree(statistics));
    try (PointerScope scope = new PointerScope()) {
      ComponentFolder.write(folder, format.type(), config, StateDict.of(codec.module()), dtype);
      format.rest().write(folder, codec, dtype);
    }
  }

  /** The statistics of the codec in {@code folder}, whatever its kind, without its weights. */
  public static LatentStatistics statistics(Path folder) {
    return part(folder, STATISTICS, LatentStatistics.class);
  }

  /**
   * Reads a codec of the kind {@code format}. Call it outside of scopes, or the weights die with
   * the scope.
   *
   * @throws KinetoneException when the folder holds another kind, or is incomplete or damaged
   */
  public static <C, K extends Codec> LatentCodec<K> load(Path folder, CodecFormat<C, K> format) {
    ComponentFolder.requireType(folder, format.type());
    C config = part(folder, CODEC, format.configType());
    LatentStatistics statistics = statistics(folder);
    K codec =
        ComponentFolder.network(folder, rng -> format.build().apply(config, rng), Codec::module);
    requireChannels(codec.layout(), statistics);
    return new LatentCodec<>(format.rest().read(folder, codec), statistics);
  }

  /** What is known of the codec in {@code folder} without its weights. */
  static <C> CodecDescription describe(Path folder, CodecFormat<C, ?> format) {
    Layout layout = format.layout().apply(part(folder, CODEC, format.configType()));
    LatentStatistics statistics = statistics(folder);
    requireChannels(layout, statistics);
    return new CodecDescription(layout, statistics);
  }

  private static <T> T part(Path folder, String key, Class<T> type) {
    JsonNode config = ComponentFolder.config(folder, JsonNode.class);
    Check.that(config.hasNonNull(key), "%s: config.json has no '%s'", folder, key);
    return Json.bind(folder.resolve("config.json"), config.get(key), type);
  }

  private static void requireChannels(Layout layout, LatentStatistics statistics) {
    Check.that(
        statistics.codecChannels() == layout.channels(),
        "latent statistics have %d channels but the codec has %d",
        statistics.codecChannels(),
        layout.channels());
  }
}
