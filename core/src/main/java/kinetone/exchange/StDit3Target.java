package kinetone.exchange;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.convert.Naming;
import kinetone.checkpoint.convert.StDit3Naming;
import kinetone.model.stdit.StDit3;
import kinetone.model.stdit.StDit3Config;
import kinetone.nn.embed.RotaryPosition;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;

/** STDiT3 of Open-Sora 1.2 ({@code hpcai-tech/OpenSora-STDiT-v3}). */
class StDit3Target implements ImportTarget<StDit3Config> {
  @Override
  public String name() {
    return "stdit3-xl-2";
  }

  @Override
  public String summary() {
    return "STDiT3-XL/2 of Open-Sora 1.2, on which UniForm stands: the folder OpenSora-STDiT-v3, or"
        + " its safetensors";
  }

  @Override
  public String type() {
    return StDit3.TYPE;
  }

  @Override
  public Class<StDit3Config> configurationType() {
    return StDit3Config.class;
  }

  @Override
  public StDit3Config configuration() {
    return StDit3Config.XL_2;
  }

  @Override
  public Module build(StDit3Config configuration) {
    try (Rng rng = Rng.none()) {
      return new StDit3(configuration, rng);
    }
  }

  @Override
  public List<String> groups() {
    return List.of("", "ema", "state_dict");
  }

  @Override
  public List<Naming> namings(StDit3Config configuration) {
    return List.of(naming(configuration));
  }

  private static Naming naming(StDit3Config configuration) {
    int head = configuration.width() / configuration.heads();
    return new StDit3Naming(RotaryPosition.frequencies(head));
  }

  @Override
  public Map<String, PublicForm> forms(StDit3Config configuration) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architectures", List.of("STDiT3"));
    config.put("caption_channels", configuration.captionWidth());
    config.put("class_dropout_prob", 0.1);
    config.put("depth", configuration.depth());
    config.put("drop_path", 0.0);
    config.put("freeze_y_embedder", false);
    config.put("hidden_size", configuration.width());
    config.put("in_channels", configuration.channels());
    config.put("input_size", Arrays.asList(null, null, null));
    config.put("input_sq_size", 512);
    config.put("mlp_ratio", 4.0);
    config.put("model_max_length", configuration.captionTokens());
    config.put("model_type", "STDiT3");
    config.put("num_heads", configuration.heads());
    config.put("only_train_temporal", false);
    config.put("patch_size", List.of(1, configuration.patch(), configuration.patch()));
    config.put("pred_sigma", configuration.variance());
    config.put("qk_norm", true);
    config.put("skip_y_embedder", false);
    return Map.of(PublicForm.ORIGINAL, PublicForm.transformers(naming(configuration), config));
  }
}
