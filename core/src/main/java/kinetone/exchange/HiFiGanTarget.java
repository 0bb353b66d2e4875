package kinetone.exchange;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.convert.HifiGanNaming;
import kinetone.checkpoint.convert.Naming;
import kinetone.common.Check;
import kinetone.mel.MelFilterBank;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.spectral.StftConfig;
import kinetone.tensor.Rng;
import kinetone.vocoder.HiFiGan;
import kinetone.vocoder.HiFiGanConfig;
import kinetone.vocoder.VocoderFolder;
import org.bytedeco.pytorch.Module;

/** AudioLDM's vocoder (haoheliu/AudioLDM, cvssp/audioldm; other sizes: jik876/hifi-gan). */
final class HiFiGanTarget implements ImportTarget<VocoderFolder.Config> {
  @Override
  public String name() {
    return "hifi-gan";
  }

  @Override
  public String summary() {
    return "AudioLDM's HiFi-GAN: transformers' vocoder, audioldm-s-full-v2.ckpt, or a generator of"
        + " jik876";
  }

  @Override
  public String type() {
    return VocoderFolder.TYPE;
  }

  @Override
  public Class<VocoderFolder.Config> configurationType() {
    return VocoderFolder.Config.class;
  }

  @Override
  public VocoderFolder.Config configuration() {
    return new VocoderFolder.Config(HiFiGanConfig.AUDIO_LDM, MelFrontEndConfig.AUDIO_LDM);
  }

  @Override
  public Module build(VocoderFolder.Config configuration) {
    try (Rng rng = Rng.none()) {
      return new HiFiGan(configuration.generator(), rng);
    }
  }

  @Override
  public List<String> folders() {
    return List.of("vocoder");
  }

  @Override
  public List<String> groups() {
    return List.of("generator", "state_dict", "");
  }

  @Override
  public List<String> prefixes() {
    return List.of("", "module.", "vocoder.", "first_stage_model.vocoder.");
  }

  @Override
  public List<Naming> namings(VocoderFolder.Config configuration) {
    return List.of(
        HifiGanNaming.plain(),
        HifiGanNaming.weightNorm(),
        HifiGanNaming.parametrized(),
        HifiGanNaming.transformers());
  }

  @Override
  public Map<String, PublicForm> forms(VocoderFolder.Config configuration) {
    HiFiGanConfig generator = configuration.generator();
    Check.that(
        generator.lastSlope() == HiFiGanConfig.DEFAULT_SLOPE,
        "this vocoder has no public form: its lastSlope is %s, that of public code %s",
        generator.lastSlope(),
        HiFiGanConfig.DEFAULT_SLOPE);
    return Map.of(
        PublicForm.DIFFUSERS,
        PublicForm.transformers(HifiGanNaming.transformers(), transformers(configuration)),
        PublicForm.ORIGINAL,
        new PublicForm(
            HifiGanNaming.weightNorm(),
            "",
            "generator.pt",
            List.of("generator"),
            original(configuration)));
  }

  private static Map<String, Object> transformers(VocoderFolder.Config configuration) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architectures", List.of("SpeechT5HifiGan"));
    config.put("initializer_range", 0.01);
    config.put("leaky_relu_slope", 0.1);
    config.put("model_in_dim", configuration.generator().bands());
    config.put("model_type", "hifigan");
    config.put("normalize_before", false);
    putShape(config, configuration);
    return config;
  }

  private static Map<String, Object> original(VocoderFolder.Config configuration) {
    StftConfig stft = configuration.frontEnd().spectrum().stft();
    MelFilterBank mel = configuration.frontEnd().spectrum().mel();
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("resblock", "1");
    putShape(config, configuration);
    config.put("num_mels", mel.bands());
    config.put("n_fft", stft.fftLength());
    config.put("hop_size", stft.hop());
    config.put("win_size", stft.windowLength());
    config.put("fmin", mel.minHertz());
    config.put("fmax", mel.maxHertz());
    return config;
  }

  private static void putShape(Map<String, Object> config, VocoderFolder.Config configuration) {
    HiFiGanConfig generator = configuration.generator();
    config.put(
        "resblock_dilation_sizes",
        Collections.nCopies(generator.kernels().size(), generator.dilations()));
    config.put("resblock_kernel_sizes", generator.kernels());
    config.put("sampling_rate", configuration.frontEnd().sampleRate());
    config.put("upsample_initial_channel", generator.channels());
    config.put("upsample_kernel_sizes", generator.upKernels());
    config.put("upsample_rates", generator.rates());
  }
}
