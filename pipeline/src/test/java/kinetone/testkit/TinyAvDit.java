package kinetone.testkit;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.Base;
import kinetone.checkpoint.ComponentFolder;
import kinetone.codec.CodecFolder;
import kinetone.codec.FramewiseCodec;
import kinetone.latent.Regularisation;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.model.avdit.AdapterAvDiT;
import kinetone.model.avdit.AdapterAvDiTConfig;
import kinetone.model.avdit.Place;
import kinetone.model.dit.DiT;
import kinetone.model.dit.DiTConfig;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.SamplerChoice;
import kinetone.system.avdit.AvDitSystem;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A whole folder of an av-dit model with random weights, for clips of {@link TinyModel#FORMAT}: it
 * makes noise, but runs.
 */
public final class TinyAvDit {
  /** Names of the classes of its base. */
  public static final List<String> LABELS = List.of("one", "two", "three");

  private TinyAvDit() {}

  /** The network for picture latents of {@code channels} and {@code frames} of them. */
  public static AdapterAvDiTConfig config(int channels, int frames) {
    AdapterAvDiTConfig.Adapter half = new AdapterAvDiTConfig.Adapter(0.5, null);
    return new AdapterAvDiTConfig(
        new DiTConfig(2, 16, 2, 2, 4, channels, LABELS.size(), LABELS, null),
        frames,
        new AdapterAvDiTConfig.Audio(45, 4, TinyMdsgen.CHANNELS, 1),
        new AdapterAvDiTConfig.TemporalAttention(null),
        Map.of(Place.AUDIO_ATTENTION, new AdapterAvDiTConfig.LowRank(2, 2, null)),
        Map.of(Place.AUDIO_ATTENTION, half, Place.JOINT_ATTENTION, half));
  }

  /** Writes the model with all of its parts into {@code folder}; the same weights each time. */
  public static Path write(Path folder) {
    writePictureCodec(folder, TinyModel.CHANNELS);
    TinyMdsgen.writeCodec(folder, TinyMdsgen.FRONT_END, TinyMdsgen.CHANNELS);
    writeDenoiser(folder, config(TinyModel.CHANNELS, TinyModel.FORMAT.frames()));
    TinyModel.writeIndex(
        folder,
        new ModelIndex(
            AvDitSystem.NAME,
            "random weights for tests",
            TinyModel.FORMAT,
            OptionValues.NONE
                .with(CommonOptions.NUM_INFERENCE_STEPS, 4)
                .with(CommonOptions.GUIDANCE_SCALE, 1.0)
                .with(CommonOptions.SAMPLER, SamplerChoice.DDIM)));
    return folder;
  }

  /** 4 × 4 pixels per latent. */
  public static void writePictureCodec(Path model, int channels) {
    AutoencoderKlConfig config =
        new AutoencoderKlConfig(
            3, List.of(8, 8), 1, false, 2, channels, 0, 1, Regularisation.noise(1e-3, 0.03), 2);
    try (Rng rng = new Rng(21)) {
      CodecFolder.save(
          model.resolve("video_codec"),
          FramewiseCodec.FORMAT,
          new FramewiseCodec(new AutoencoderKl(config, rng)),
          TinyModel.statistics(channels, 0.2),
          ScalarType.Float);
    }
  }

  /** The small parts on their base. */
  public static void writeDenoiser(Path model, AdapterAvDiTConfig config) {
    Path own = model.resolve("denoiser");
    Path base = model.resolve("denoiser_base");
    try (Rng rng = new Rng(22)) {
      AdapterAvDiT network = new AdapterAvDiT(config, rng);
      TinyModel.shake(network, rng);
      ComponentFolder.write(
          base, DiT.TYPE, config.base(), StateDict.of(network.base()), ScalarType.Float);
      network.freezeBase();
      Map<String, Tensor> trained = new LinkedHashMap<>(StateDict.trained(network));
      ComponentFolder.write(
          own,
          AdapterAvDiT.TYPE,
          config,
          trained,
          ScalarType.Float,
          Base.of(own, base, AdapterAvDiT.BASE_PREFIX));
    }
  }
}
