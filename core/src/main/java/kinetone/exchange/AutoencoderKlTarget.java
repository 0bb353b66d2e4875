package kinetone.exchange;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import kinetone.checkpoint.convert.KlNaming;
import kinetone.checkpoint.convert.Naming;
import kinetone.codec.FramewiseCodec;
import kinetone.codec.MelCodec;
import kinetone.codec.MelCodecConfig;
import kinetone.common.Check;
import kinetone.latent.LatentStatistics;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.kl.LatentScale;
import kinetone.latent.kl.MelChannel;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorFile;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * An autoencoder of latent diffusion. The one factor by which its models multiply latents is stored
 * as statistics of these: the {@code scale_factor} of the file, else the published one.
 *
 * @param <C> what the folder of the codec says of it
 */
final class AutoencoderKlTarget<C> implements ImportTarget<C> {
  /** Stable Diffusion's (stabilityai/sd-vae-ft-mse and -ema, CompVis/latent-diffusion kl-f8). */
  static final AutoencoderKlTarget<StoredAutoencoder> SD =
      new AutoencoderKlTarget<>(
          "sd-vae",
          "Stable Diffusion's autoencoder of pictures: diffusers' vae, or a checkpoint of CompVis",
          FramewiseCodec.FORMAT.type(),
          StoredAutoencoder.class,
          new StoredAutoencoder(AutoencoderKlConfig.SD, null),
          StoredAutoencoder::codec,
          StoredAutoencoder::statistics,
          (stored, statistics) -> new StoredAutoencoder(stored.codec(), statistics),
          LatentScale.SD);

  /** AudioLDM's (haoheliu/AudioLDM, cvssp/audioldm), with its spectrograms. */
  static final AutoencoderKlTarget<StoredMelCodec> AUDIOLDM =
      new AutoencoderKlTarget<>(
          "audioldm-vae",
          "AudioLDM's autoencoder of mel spectrograms: diffusers' vae, or audioldm-s-full-v2.ckpt",
          MelCodec.FORMAT.type(),
          StoredMelCodec.class,
          new StoredMelCodec(
              new MelCodecConfig(AutoencoderKlConfig.AUDIOLDM, MelFrontEndConfig.AUDIO_LDM), null),
          stored -> stored.codec().autoencoder(),
          StoredMelCodec::statistics,
          (stored, statistics) -> new StoredMelCodec(stored.codec(), statistics),
          LatentScale.AUDIOLDM);

  /**
   * Stable Diffusion's for spectrograms that are shown to it as pictures, as in Diff-Foley and the
   * paper's MDSGen, with their 128 bands and MDSGen's choice of channel, the second.
   */
  static final AutoencoderKlTarget<StoredMelCodec> SD_MEL =
      new AutoencoderKlTarget<>(
          "sd-vae-mel",
          "the files of sd-vae as a codec of sound: Diff-Foley's spectrograms as pictures, the"
              + " paper's MDSGen",
          MelCodec.FORMAT.type(),
          StoredMelCodec.class,
          new StoredMelCodec(
              new MelCodecConfig(
                  AutoencoderKlConfig.SD, MelFrontEndConfig.DIFF_FOLEY, MelChannel.G),
              null),
          stored -> stored.codec().autoencoder(),
          StoredMelCodec::statistics,
          (stored, statistics) -> new StoredMelCodec(stored.codec(), statistics),
          LatentScale.SD);

  private static final String FACTOR = "scale_factor";

  /** Of float32, in which a factor is stored. */
  private static final MathContext DIGITS = new MathContext(7);

  /** Edge of the pictures of {@code sd-vae-ft-mse}; the network takes any. */
  private static final int SAMPLE_SIZE = 256;

  private final String name;
  private final String summary;
  private final String type;
  private final Class<C> configurationType;
  private final C published;
  private final Function<C, AutoencoderKlConfig> network;
  private final Function<C, LatentStatistics> statistics;
  private final BiFunction<C, LatentStatistics, C> with;
  private final LatentScale scale;

  private AutoencoderKlTarget(
      String name,
      String summary,
      String type,
      Class<C> configurationType,
      C published,
      Function<C, AutoencoderKlConfig> network,
      Function<C, LatentStatistics> statistics,
      BiFunction<C, LatentStatistics, C> with,
      LatentScale scale) {
    this.name = name;
    this.summary = summary;
    this.type = type;
    this.configurationType = configurationType;
    this.published = published;
    this.network = network;
    this.statistics = statistics;
    this.with = with;
    this.scale = scale;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String summary() {
    return summary;
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public Class<C> configurationType() {
    return configurationType;
  }

  @Override
  public C configuration() {
    return published;
  }

  @Override
  public C completed(C configuration, TensorFile file) {
    return statistics.apply(configuration) != null
        ? configuration
        : with.apply(
            configuration, factor(file).statistics(network.apply(configuration).latentChannels()));
  }

  private LatentScale factor(TensorFile file) {
    for (String group : groups()) {
      TensorFile.Entry entry = file.groups().getOrDefault(group, Map.of()).get(FACTOR);
      if (entry != null) {
        Check.that(
            TensorFile.elements(entry.shape()) == 1, "%s is not one number in the file", FACTOR);
        try (TensorScope scope = TensorScope.open()) {
          return new LatentScale(
              file.read(group, FACTOR).to(ScalarType.Double).reshape(1).item_double());
        }
      }
    }
    return scale;
  }

  @Override
  public Module build(C configuration) {
    try (Rng rng = Rng.none()) {
      return new AutoencoderKl(network.apply(configuration), rng);
    }
  }

  @Override
  public List<String> folders() {
    return List.of("vae");
  }

  @Override
  public List<String> prefixes() {
    return List.of("", "module.", "vae.", "first_stage_model.");
  }

  @Override
  public List<Naming> namings(C configuration) {
    int levels = network.apply(configuration).widths().size();
    return List.of(KlNaming.diffusers(), KlNaming.earlierDiffusers(), KlNaming.compVis(levels));
  }

  @Override
  public Map<String, PublicForm> forms(C configuration) {
    AutoencoderKlConfig shape = network.apply(configuration);
    LatentStatistics latents = statistics.apply(configuration);
    Check.that(latents != null, "the folder of the autoencoder has no 'statistics'");
    Check.that(
        shape.signalMean() == 0
            && shape.signalDeviation() == 1
            && shape.midAttention()
            && shape.regularisation().parametersPerChannel() == 2
            && latents.gainShape() == null,
        "this autoencoder has no public form: public code has middle attention and a learned"
            + " variance, and neither moves the signal nor splits latents into gain and shape");
    int levels = shape.widths().size();
    return Map.of(
        PublicForm.DIFFUSERS,
        PublicForm.diffusers(KlNaming.diffusers(), diffusers(shape, latents)),
        PublicForm.ORIGINAL,
        PublicForm.original(KlNaming.compVis(levels), "autoencoder.ckpt", List.of("state_dict")));
  }

  private static Map<String, Object> diffusers(
      AutoencoderKlConfig network, LatentStatistics statistics) {
    int levels = network.widths().size();
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("_class_name", "AutoencoderKL");
    config.put("act_fn", "silu");
    config.put("block_out_channels", network.widths());
    config.put("down_block_types", Collections.nCopies(levels, "DownEncoderBlock2D"));
    config.put("in_channels", network.signalChannels());
    config.put("latent_channels", network.latentChannels());
    config.put("layers_per_block", network.blocks());
    config.put("norm_num_groups", network.groups());
    config.put("out_channels", network.signalChannels());
    config.put("sample_size", SAMPLE_SIZE);
    float deviation = statistics.standardDeviation()[0];
    boolean one = true;
    for (int i = 0; i < statistics.channels(); i++) {
      one &= statistics.mean()[i] == 0 && statistics.standardDeviation()[i] == deviation;
    }
    if (one) {
      config.put("scaling_factor", BigDecimal.valueOf(1.0 / deviation).round(DIGITS).doubleValue());
    } else {
      config.put("latents_mean", statistics.mean());
      config.put("latents_std", statistics.standardDeviation());
      config.put("scaling_factor", 1.0);
    }
    config.put("up_block_types", Collections.nCopies(levels, "UpDecoderBlock2D"));
    return config;
  }
}
