package kinetone.exchange;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.convert.Naming;
import kinetone.checkpoint.convert.WeightsFiles;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.common.Sha256;
import kinetone.feature.clap.BytePairVocabulary;
import kinetone.feature.clap.ClapText;
import kinetone.feature.clap.ClapTextConfig;
import kinetone.feature.clap.ClapTextEncoder;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;

/** CLAP's tower for captions with its vocabulary (laion/clap-htsat-unfused). */
final class ClapTextTarget implements ImportTarget<ClapTextConfig> {
  private static final ClapTextConfig PUBLIC = ClapTextConfig.PUBLIC;

  @Override
  public String name() {
    return "clap-text";
  }

  @Override
  public String summary() {
    return "CLAP's tower for captions, for the CLAP score: the folder of transformers with"
        + " config.json, vocab.json and merges.txt, laion/clap-htsat-unfused";
  }

  @Override
  public String type() {
    return ClapTextEncoder.TYPE;
  }

  @Override
  public Class<ClapTextConfig> configurationType() {
    return ClapTextConfig.class;
  }

  @Override
  public ClapTextConfig configuration() {
    return PUBLIC;
  }

  /** What transformers' {@code config.json} beside the weights says; the public one without. */
  @Override
  public ClapTextConfig configuration(Path from) {
    Path file = WeightsFiles.find(from, folders()).resolveSibling("config.json");
    if (!Files.exists(file)) {
      return PUBLIC;
    }
    TransformersConfig whole = TransformersConfig.read(file, "configuration of CLAP");
    TransformersConfig text = whole.part("text_config");
    text.require("hidden_act", "gelu");
    text.require("type_vocab_size", "1");
    text.require("pad_token_id", "1");
    whole.require("projection_hidden_act", "relu");
    return new ClapTextConfig(
        text.number("vocab_size", PUBLIC.vocabulary()),
        text.number("max_position_embeddings", PUBLIC.positions()),
        text.number("hidden_size", PUBLIC.width()),
        text.number("num_hidden_layers", PUBLIC.layers()),
        text.number("num_attention_heads", PUBLIC.heads()),
        text.number("intermediate_size", PUBLIC.hidden()),
        text.decimal("layer_norm_eps", PUBLIC.epsilon()),
        whole.number("projection_dim", PUBLIC.features()),
        null,
        null);
  }

  /** The vocabulary, from beside the weights. */
  @Override
  public ClapTextConfig beside(ClapTextConfig configuration, Path from, Path folder) {
    Path place = WeightsFiles.find(from, folders()).toAbsolutePath().getParent();
    for (String name : List.of(BytePairVocabulary.TOKENS, BytePairVocabulary.MERGES)) {
      Check.that(
          Files.isRegularFile(place.resolve(name)),
          "there is no %s beside the weights in %s; fetch the vocabulary too",
          name,
          place);
    }
    BytePairVocabulary vocabulary = BytePairVocabulary.read(place);
    Check.that(
        vocabulary.size() <= configuration.vocabulary(),
        "the vocabulary in %s has %d tokens, but the network knows %d",
        place,
        vocabulary.size(),
        configuration.vocabulary());
    return configuration.with(
        copied(place, folder, BytePairVocabulary.TOKENS),
        copied(place, folder, BytePairVocabulary.MERGES));
  }

  private static String copied(Path from, Path folder, String name) {
    try {
      return Sha256.of(Files.copy(from.resolve(name), folder.resolve(name)));
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot write %s: %s", folder, e.getMessage());
    }
  }

  @Override
  public Module build(ClapTextConfig configuration) {
    try (Rng rng = Rng.none()) {
      return new ClapText(configuration, rng);
    }
  }

  @Override
  public List<Naming> namings(ClapTextConfig configuration) {
    return List.of(ClapNames.TEXT);
  }

  @Override
  public Map<String, PublicForm> forms(ClapTextConfig configuration) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architectures", List.of("ClapTextModelWithProjection"));
    config.put("hidden_size", configuration.width());
    config.put("intermediate_size", configuration.hidden());
    config.put("layer_norm_eps", configuration.epsilon());
    config.put("max_position_embeddings", configuration.positions());
    config.put("model_type", "clap_text_model");
    config.put("num_attention_heads", configuration.heads());
    config.put("num_hidden_layers", configuration.layers());
    config.put("projection_dim", configuration.features());
    config.put("vocab_size", configuration.vocabulary());
    return Map.of(PublicForm.DIFFUSERS, PublicForm.transformers(ClapNames.TEXT, config));
  }
}
