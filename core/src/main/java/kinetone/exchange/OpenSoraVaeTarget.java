package kinetone.exchange;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import kinetone.checkpoint.convert.Naming;
import kinetone.checkpoint.convert.OpenSoraVaeNaming;
import kinetone.codec.OpenSoraCodec;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.latent.LatentStatistics;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.opensora.OpenSoraAutoencoder;
import kinetone.latent.opensora.OpenSoraConfig;
import kinetone.latent.opensora.TemporalConfig;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorFile;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;

/** Open-Sora's video autoencoder 1.2 ({@code hpcai-tech/OpenSora-VAE-v1.2}). */
final class OpenSoraVaeTarget implements ImportTarget<StoredOpenSora> {
  @Override
  public String name() {
    return "opensora-vae";
  }

  @Override
  public String summary() {
    return "Open-Sora's video autoencoder 1.2: the folder OpenSora-VAE-v1.2, or its safetensors";
  }

  @Override
  public String type() {
    return OpenSoraCodec.FORMAT.type();
  }

  @Override
  public Class<StoredOpenSora> configurationType() {
    return StoredOpenSora.class;
  }

  @Override
  public StoredOpenSora configuration() {
    return new StoredOpenSora(OpenSoraConfig.V1_2, null);
  }

  @Override
  public StoredOpenSora completed(StoredOpenSora configuration, TensorFile file) {
    return configuration.statistics() != null
        ? configuration
        : new StoredOpenSora(
            configuration.codec(),
            new LatentStatistics(
                values(file, OpenSoraVaeNaming.SHIFT), values(file, OpenSoraVaeNaming.SCALE)));
  }

  private float[] values(TensorFile file, String name) {
    for (String group : groups()) {
      Map<String, TensorFile.Entry> held = file.groups().getOrDefault(group, Map.of());
      Optional<String> found =
          prefixes().stream().map(prefix -> prefix + name).filter(held::containsKey).findFirst();
      if (found.isPresent()) {
        try (TensorScope scope = TensorScope.open()) {
          return Tensors.toFloats(file.read(group, found.get()));
        }
      }
    }
    throw KinetoneException.user(
        "the file has no tensor '%s', without which latents cannot be standardised", name);
  }

  @Override
  public Module build(StoredOpenSora configuration) {
    try (Rng rng = Rng.none()) {
      return new OpenSoraAutoencoder(configuration.codec(), rng);
    }
  }

  @Override
  public List<Naming> namings(StoredOpenSora configuration) {
    return List.of(OpenSoraVaeNaming.of(configuration.codec().temporal().latentChannels()));
  }

  @Override
  public Map<String, PublicForm> forms(StoredOpenSora configuration) {
    OpenSoraConfig codec = configuration.codec();
    LatentStatistics latents = configuration.statistics();
    Check.that(latents != null, "the folder of the autoencoder has no 'statistics'");
    AutoencoderKlConfig picture = codec.picture();
    Check.that(
        codec.pictureScale() == OpenSoraConfig.V1_2.pictureScale()
            && picture.signalMean() == 0
            && picture.signalDeviation() == 1
            && picture.midAttention()
            && picture.patch() == null
            && picture.regularisation().parametersPerChannel() == 2
            && latents.gainShape() == null,
        "this autoencoder has no public form: public code multiplies latents of pictures by %s, has"
            + " middle attention and a learned variance, and neither moves the signal nor splits"
            + " latents into gain and shape",
        OpenSoraConfig.V1_2.pictureScale());
    return Map.of(
        PublicForm.ORIGINAL,
        PublicForm.transformers(
            new OpenSoraVaeNaming(latents.mean(), latents.standardDeviation()),
            pipeline(codec, latents)));
  }

  private static Map<String, Object> pipeline(OpenSoraConfig codec, LatentStatistics latents) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architectures", List.of("VideoAutoencoderPipeline"));
    config.put("cal_loss", false);
    config.put("freeze_vae_2d", false);
    config.put("micro_frame_size", codec.chunk());
    config.put("model_type", "VideoAutoencoderPipeline");
    config.put("scale", latents.standardDeviation());
    config.put("shift", latents.mean());
    Map<String, Object> picture = new LinkedHashMap<>();
    if (codec.picture().equals(AutoencoderKlConfig.SD)) {
      picture.put("from_pretrained", "PixArt-alpha/pixart_sigma_sdxlvae_T5_diffusers");
      picture.put("subfolder", "vae");
    }
    picture.put("micro_batch_size", 4);
    picture.put("type", "VideoAutoencoderKL");
    config.put("vae_2d", picture);
    config.put("vae_temporal", temporal(codec.temporal()));
    return config;
  }

  private static Map<String, Object> temporal(TemporalConfig shape) {
    if (shape.equals(TemporalConfig.SD)) {
      return Map.of("type", "VAE_Temporal_SD");
    }
    int filters = shape.widths().get(0);
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("type", "VAE_Temporal");
    config.put("in_out_channels", shape.channels());
    config.put("latent_embed_dim", shape.latentChannels());
    config.put("embed_dim", shape.latentChannels());
    config.put("filters", filters);
    config.put("num_res_blocks", shape.blocks());
    config.put("channel_multipliers", multipliers(shape, filters).toList());
    config.put("temporal_downsample", shape.timeDown());
    config.put("num_groups", shape.groups());
    return config;
  }

  private static Stream<Integer> multipliers(TemporalConfig shape, int filters) {
    for (int width : shape.widths()) {
      Check.divisible("widths", width, "the first of them", filters);
    }
    return shape.widths().stream().map(width -> width / filters);
  }
}
