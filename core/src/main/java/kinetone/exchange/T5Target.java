package kinetone.exchange;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.convert.Naming;
import kinetone.checkpoint.convert.T5Naming;
import kinetone.checkpoint.convert.WeightsFiles;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.common.Sha256;
import kinetone.tensor.Rng;
import kinetone.text.Cleaning;
import kinetone.text.T5Config;
import kinetone.text.T5Encoder;
import kinetone.text.TextEncoder;
import kinetone.text.TextEncoderConfig;
import kinetone.text.Vocabulary;
import org.bytedeco.pytorch.Module;

/** The encoder of T5 v1.1 with its vocabulary (transformers; DeepFloyd/t5-v1_1-xxl). */
final class T5Target implements ImportTarget<TextEncoderConfig> {
  /** As Open-Sora 1.2 sets it. */
  private static final int MAX_TOKENS = 300;

  private static final String CONFIG = "config.json";

  @Override
  public String name() {
    return "t5";
  }

  @Override
  public String summary() {
    return "T5 v1.1's encoder, of any size: the folder of transformers with config.json and"
        + " spiece.model, such as DeepFloyd/t5-v1_1-xxl";
  }

  @Override
  public String type() {
    return TextEncoder.TYPE;
  }

  @Override
  public Class<TextEncoderConfig> configurationType() {
    return TextEncoderConfig.class;
  }

  @Override
  public TextEncoderConfig configuration() {
    return of(T5Config.xxl());
  }

  private static TextEncoderConfig of(T5Config encoder) {
    return new TextEncoderConfig(encoder, MAX_TOKENS, Cleaning.OPEN_SORA, null);
  }

  /** What transformers' {@code config.json} beside the weights says; the largest without one. */
  @Override
  public TextEncoderConfig configuration(Path from) {
    Path file = weights(from).resolveSibling(CONFIG);
    if (!Files.exists(file)) {
      return configuration();
    }
    TransformersConfig config = TransformersConfig.read(file, "configuration of T5");
    String type = config.values().path("model_type").asText("t5");
    String activation = config.values().path("feed_forward_proj").asText("relu");
    Check.that(
        type.equals("t5") && activation.equals("gated-gelu"),
        "%s is of a '%s' with feed_forward_proj '%s', but only T5 v1.1 with 'gated-gelu' can be"
            + " imported",
        file,
        type,
        activation);
    return of(
        new T5Config(
            config.number("vocab_size", 32_128),
            config.number("d_model", 512),
            config.number("num_layers", 6),
            config.number("num_heads", 8),
            config.number("d_kv", 64),
            config.number("d_ff", 2048),
            config.number("relative_attention_num_buckets", 32),
            config.number("relative_attention_max_distance", 128),
            config.decimal("layer_norm_epsilon", 1e-6)));
  }

  private Path weights(Path from) {
    return WeightsFiles.find(from, folders());
  }

  /** The vocabulary, from where transformers and diffusers save it. */
  @Override
  public TextEncoderConfig beside(TextEncoderConfig configuration, Path from, Path folder) {
    Path at = Files.isDirectory(from) ? from : from.toAbsolutePath().getParent();
    Path weights = weights(from).toAbsolutePath().getParent();
    Path found =
        List.of(weights, at, at.resolve("tokenizer"), weights.resolveSibling("tokenizer")).stream()
            .map(place -> place.resolve(Vocabulary.FILE))
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseThrow(
                () ->
                    KinetoneException.user(
                        "there is no %s beside the weights in %s; fetch the vocabulary too",
                        Vocabulary.FILE, weights));
    try (Vocabulary vocabulary = Vocabulary.open(found)) {
      Check.that(
          vocabulary.size() <= configuration.encoder().vocabulary(),
          "the vocabulary %s has %d pieces, but the encoder knows %d",
          found,
          vocabulary.size(),
          configuration.encoder().vocabulary());
      Path copy = Files.copy(found, folder.resolve(Vocabulary.FILE));
      return new TextEncoderConfig(
          configuration.encoder(),
          configuration.maxTokens(),
          configuration.cleaning(),
          Sha256.of(copy));
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot write %s: %s", folder, e.getMessage());
    }
  }

  @Override
  public Module build(TextEncoderConfig configuration) {
    try (Rng rng = Rng.none()) {
      return new T5Encoder(configuration.encoder(), rng);
    }
  }

  @Override
  public List<String> folders() {
    return List.of("text_encoder");
  }

  @Override
  public List<String> prefixes() {
    return List.of("", "module.", "transformer.");
  }

  @Override
  public List<Naming> namings(TextEncoderConfig configuration) {
    return List.of(T5Naming.TRANSFORMERS, T5Naming.EMBEDDED_ONLY);
  }

  @Override
  public Map<String, PublicForm> forms(TextEncoderConfig configuration) {
    T5Config encoder = configuration.encoder();
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architectures", List.of("T5EncoderModel"));
    config.put("d_ff", encoder.feedForward());
    config.put("d_kv", encoder.headWidth());
    config.put("d_model", encoder.width());
    config.put("dense_act_fn", "gelu_new");
    config.put("feed_forward_proj", "gated-gelu");
    config.put("is_encoder_decoder", false);
    config.put("is_gated_act", true);
    config.put("layer_norm_epsilon", encoder.epsilon());
    config.put("model_type", "t5");
    config.put("num_heads", encoder.heads());
    config.put("num_layers", encoder.layers());
    config.put("relative_attention_max_distance", encoder.maxDistance());
    config.put("relative_attention_num_buckets", encoder.buckets());
    config.put("use_cache", false);
    config.put("vocab_size", encoder.vocabulary());
    return Map.of(PublicForm.DIFFUSERS, PublicForm.transformers(T5Naming.TRANSFORMERS, config));
  }
}
