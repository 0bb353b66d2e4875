package kinetone.release;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kinetone.codec.MelCodec;
import kinetone.codec.MelCodecConfig;
import kinetone.exchange.Exchange;
import kinetone.exchange.ImportTargets;
import kinetone.exchange.StoredMelCodec;
import kinetone.feature.cavp.CavpConfig;
import kinetone.feature.cavp.CavpPresets;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.kl.LatentScale;
import kinetone.media.Fit;
import kinetone.media.FrameChoice;
import kinetone.media.PictureFilter;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.model.mdsgen.MdsgenPresets;
import kinetone.pipeline.AskedFormat;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.ModelPacker;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.PictureInput;
import kinetone.pipeline.SamplerChoice;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.system.mdsgen.MdsgenOptions;
import kinetone.system.mdsgen.MdsgenSystem;
import kinetone.vocoder.HiFiGanConfig;
import kinetone.vocoder.VocoderFolder;

/**
 * The released MDSGen (triton99/MDSGen, {@code inference.py}): its network on AudioLDM's latents,
 * AudioLDM's autoencoder and vocoder, and Diff-Foley's CAVP, of which the network for pictures is
 * kept. Generates as its script does: latents divided by 4, 50 steps of DPM-Solver++(2M), guidance
 * 5, pictures as Diff-Foley's {@code demo_util.py} cuts them (FFmpeg's fps filter, stretched to a
 * square by Pillow's bilinear filter), up to 40 of them seen together.
 *
 * @param denoiser of the network
 * @param features CAVP without its network for sound
 * @param codec the autoencoder with its spectrograms; its statistics are the release's
 * @param vocoder on the same spectrograms
 */
public record MdsgenRelease(
    MdsgenConfig denoiser, CavpConfig features, StoredMelCodec codec, VocoderFolder.Config vocoder)
    implements Release {
  /** Of the public sizes. */
  public static final MdsgenRelease PUBLISHED =
      new MdsgenRelease(
          MdsgenPresets.of("mdsgen-b-audioldm"),
          CavpPresets.BASE.picturesOnly(),
          codec(AutoencoderKlConfig.AUDIOLDM, MelFrontEndConfig.AUDIO_LDM),
          new VocoderFolder.Config(HiFiGanConfig.AUDIO_LDM, MelFrontEndConfig.AUDIO_LDM));

  /** The batch of {@code demo_util.py}: pictures that CAVP sees together. */
  private static final int SEEN_TOGETHER = 40;

  private static final String MDSGEN = "mdsgen";
  private static final String CAVP = "cavp";
  private static final String AUDIOLDM = "audioldm";

  /** A codec at the release's scale of latents. */
  public static StoredMelCodec codec(AutoencoderKlConfig autoencoder, MelFrontEndConfig frontEnd) {
    return new StoredMelCodec(
        new MelCodecConfig(autoencoder, frontEnd),
        LatentScale.MDSGEN_RELEASE.statistics(autoencoder.latentChannels()));
  }

  @Override
  public String name() {
    return "mdsgen-release";
  }

  @Override
  public String summary() {
    return "The released MDSGen as a model folder: sound for videos";
  }

  @Override
  public String licence() {
    return "AudioLDM's weights are under CC BY-NC-SA 4.0 and those of MDSGen and CAVP were learned"
        + " from VGGSound: not for commercial use";
  }

  @Override
  public List<Input> inputs() {
    return List.of(
        new Input(MDSGEN, "FILE", "The network: mdsgen_audioldm.pt of triton99/MDSGen."),
        new Input(CAVP, "FILE", "Picture features: cavp_epoch66.ckpt of luosiallen/Diff-Foley."),
        new Input(
            AUDIOLDM,
            "FOLDER_OR_FILE",
            "Autoencoder and vocoder: a folder of diffusers (cvssp/audioldm-s-full-v2), or the one"
                + " checkpoint audioldm-s-full-v2.ckpt."));
  }

  @Override
  public void make(Map<String, Path> files, Exchange exchange, Path out) {
    ModelPacker.assemble(
        new MdsgenSystem(),
        AskedFormat.NOTHING,
        "MDSGen as released (triton99/MDSGen): sound for videos, 8.16 s a window. " + licence(),
        pictures(),
        defaults(),
        out,
        folder -> {
          exchange.importWeights(
              files.get(MDSGEN), ImportTargets.MDSGEN, denoiser, folder.resolve("denoiser"));
          exchange.importWeights(
              files.get(CAVP), ImportTargets.CAVP, features, folder.resolve("cavp"));
          Path sound = folder.resolve("audio_codec");
          exchange.importWeights(files.get(AUDIOLDM), ImportTargets.AUDIOLDM_VAE, codec, sound);
          exchange.importWeights(
              files.get(AUDIOLDM),
              ImportTargets.HIFI_GAN,
              vocoder,
              sound.resolve(MelCodec.VOCODER));
        });
  }

  private PictureInput pictures() {
    return new PictureInput(
        Fit.STRETCH,
        PictureFilter.BILINEAR,
        FrameChoice.NEAREST,
        Math.max(0, SEEN_TOGETHER - denoiser.features().frames()));
  }

  private static OptionValues defaults() {
    return OptionValues.NONE
        .with(CommonOptions.NUM_INFERENCE_STEPS, 50)
        .with(CommonOptions.GUIDANCE_SCALE, 5.0)
        .with(MdsgenOptions.GUIDANCE_POWER, 0.01)
        .with(CommonOptions.SAMPLER, SamplerChoice.DPMPP);
  }
}
