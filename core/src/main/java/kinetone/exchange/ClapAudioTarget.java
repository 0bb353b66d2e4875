package kinetone.exchange;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.convert.Naming;
import kinetone.checkpoint.convert.WeightsFiles;
import kinetone.common.Check;
import kinetone.feature.clap.ClapAudio;
import kinetone.feature.clap.ClapAudioConfig;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;

/** CLAP's tower for sound, of a checkpoint without fusion (laion/clap-htsat-unfused). */
final class ClapAudioTarget implements ImportTarget<ClapAudioConfig> {
  private static final String CONFIG = "config.json";
  private static final String HEARD = "preprocessor_config.json";
  private static final ClapAudioConfig PUBLIC = ClapAudioConfig.UNFUSED;

  @Override
  public String name() {
    return "clap";
  }

  @Override
  public String summary() {
    return "CLAP's tower for sound, for FAD and the CLAP score: the folder of transformers with"
        + " config.json and preprocessor_config.json, laion/clap-htsat-unfused";
  }

  @Override
  public String type() {
    return ClapAudio.FOLDER.type();
  }

  @Override
  public Class<ClapAudioConfig> configurationType() {
    return ClapAudioConfig.class;
  }

  @Override
  public ClapAudioConfig configuration() {
    return PUBLIC;
  }

  /** What the files beside the weights say; the public one without them. */
  @Override
  public ClapAudioConfig configuration(Path from) {
    Path weights = WeightsFiles.find(from, folders());
    Path size = weights.resolveSibling(CONFIG);
    if (!Files.exists(size)) {
      return PUBLIC;
    }
    TransformersConfig whole = TransformersConfig.read(size, "configuration of CLAP");
    TransformersConfig audio = whole.part("audio_config");
    audio.require("enable_fusion", "false");
    audio.require("hidden_act", "gelu");
    audio.require("qkv_bias", "true");
    audio.require("enable_patch_layer_norm", "true");
    whole.require("projection_hidden_act", "relu");
    double expansion = audio.decimal("mlp_ratio", PUBLIC.expansion());
    Check.that(expansion == Math.rint(expansion), "%s: 'mlp_ratio' is no whole number", size);
    int patch =
        audio.values().path("patch_size").isArray()
            ? audio.numbers("patch_size", List.of()).get(0)
            : audio.number("patch_size", PUBLIC.patch());
    List<Integer> strides = audio.numbers("patch_stride", List.of(PUBLIC.patch(), PUBLIC.patch()));
    Check.that(
        strides.stream().allMatch(stride -> stride == patch),
        "%s: 'patch_stride' is not that of patches beside each other",
        size);
    Path heard = weights.resolveSibling(HEARD);
    double min = PUBLIC.minHertz();
    double max = PUBLIC.maxHertz();
    if (Files.exists(heard)) {
      TransformersConfig front = TransformersConfig.read(heard, "front end of CLAP");
      front.require("truncation", "rand_trunc");
      front.require("padding", "repeatpad");
      front.require("sampling_rate", "48000");
      front.require("hop_length", "480");
      front.require("fft_window_size", "1024");
      front.require("max_length_s", "10");
      min = front.decimal("frequency_min", min);
      max = front.decimal("frequency_max", max);
    }
    return new ClapAudioConfig(
        audio.number("num_mel_bins", PUBLIC.bands()),
        min,
        max,
        audio.number("spec_size", PUBLIC.edge()),
        patch,
        audio.number("patch_embeds_hidden_size", PUBLIC.width()),
        audio.numbers("depths", PUBLIC.depths()),
        audio.numbers("num_attention_heads", PUBLIC.heads()),
        audio.number("window_size", PUBLIC.window()),
        (int) expansion,
        whole.number("projection_dim", PUBLIC.features()));
  }

  @Override
  public Module build(ClapAudioConfig configuration) {
    try (Rng rng = Rng.none()) {
      return new ClapAudio(configuration, rng);
    }
  }

  @Override
  public List<Naming> namings(ClapAudioConfig configuration) {
    return List.of(ClapNames.AUDIO);
  }

  @Override
  public Map<String, PublicForm> forms(ClapAudioConfig configuration) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architectures", List.of("ClapAudioModelWithProjection"));
    config.put("depths", configuration.depths());
    config.put("hidden_size", configuration.width() << (configuration.depths().size() - 1));
    config.put("mlp_ratio", (double) configuration.expansion());
    config.put("model_type", "clap_audio_model");
    config.put("num_attention_heads", configuration.heads());
    config.put("num_mel_bins", configuration.bands());
    config.put("patch_embeds_hidden_size", configuration.width());
    config.put("patch_size", configuration.patch());
    config.put("patch_stride", List.of(configuration.patch(), configuration.patch()));
    config.put("projection_dim", configuration.features());
    config.put("spec_size", configuration.edge());
    config.put("window_size", configuration.window());
    return Map.of(PublicForm.DIFFUSERS, PublicForm.transformers(ClapNames.AUDIO, config));
  }
}
