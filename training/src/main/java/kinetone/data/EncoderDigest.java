package kinetone.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.Map;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;
import kinetone.common.Sha256;

/**
 * Tells the network that made latents from others. Statistics of latents are no part of it: they do
 * not change what an encoder gives.
 *
 * @param weights SHA-256 of the weights
 * @param configuration SHA-256 of the kind and configuration: the same weights behind another mel
 *     front end give other latents
 */
public record EncoderDigest(String weights, String configuration) {
  private static final String STATISTICS = "statistics";

  /** Keys in order, so that a file's own order makes no difference. */
  private static final ObjectMapper SORTED =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  /** Checks that both are there. */
  public EncoderDigest {
    Check.that(weights != null, "weights is missing");
    Check.that(configuration != null, "configuration is missing");
  }

  /** Of the network in a component folder. */
  public static EncoderDigest of(Path folder) {
    JsonNode config = ComponentFolder.config(folder, JsonNode.class);
    Map<String, Object> encoder = SORTED.convertValue(config, new TypeReference<>() {});
    encoder.remove(STATISTICS);
    try {
      String text = ComponentFolder.type(folder) + " " + SORTED.writeValueAsString(encoder);
      return new EncoderDigest(ComponentFolder.weightsSha256(folder), Sha256.of(text));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
