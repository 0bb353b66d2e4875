package kinetone.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import kinetone.checkpoint.ComponentFolder;
import kinetone.codec.CodecFolder;
import kinetone.codec.MelCodec;
import kinetone.codec.MelCodecConfig;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.align.AlignmentConfig;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.CavpConfig;
import kinetone.feature.cavp.ResNet3dConfig;
import kinetone.feature.cnn14.Cnn14Config;
import kinetone.latent.Regularisation;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.kl.MelChannel;
import kinetone.mel.MelFilterBank;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.nn.Gelu;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.SamplerChoice;
import kinetone.spectral.LogCompression;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.spectral.MelSpectrogramConfig;
import kinetone.spectral.StftConfig;
import kinetone.spectral.WaveformNormalisation;
import kinetone.system.mdsgen.MdsgenOptions;
import kinetone.system.mdsgen.MdsgenSystem;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.vocoder.HiFiGan;
import kinetone.vocoder.HiFiGanConfig;
import kinetone.vocoder.VocoderFolder;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A whole folder of an mdsgen model with random weights, for clips of {@link TinyModel#FORMAT}: it
 * makes noise, but runs. Single parts can be written again in another form, or left out.
 */
public final class TinyMdsgen {
  /** 180 frames of 16 bands for a clip. */
  public static final MelFrontEndConfig FRONT_END = frontEnd(8000, 16, LogCompression.NATURAL);

  /** Latent channels. */
  public static final int CHANNELS = 4;

  /** Numbers per frame of the picture features. */
  public static final int FEATURES = 6;

  /** The folder of the vocoder within a model. */
  public static final String VOCODER = "audio_codec/" + MelCodec.VOCODER;

  private TinyMdsgen() {}

  /** The front end of the model's hop with other bands. */
  public static MelFrontEndConfig frontEnd(int sampleRate, int bands, LogCompression log) {
    return new MelFrontEndConfig(
        WaveformNormalisation.NONE,
        new MelSpectrogramConfig(
            StftConfig.of(256, 50), MelFilterBank.slaney(sampleRate, 256, bands), 1),
        0,
        log,
        MelFrontEndConfig.Ending.DROP_LAST_FRAME);
  }

  /** Writes the model with all of its parts into {@code folder}; the same weights each time. */
  public static Path write(Path folder) {
    writeCodec(folder, FRONT_END, CHANNELS);
    writeFeatures(folder, FEATURES);
    writeDenoiser(folder, MdsgenConfig.Rows.TIME);
    writeVocoder(folder, FRONT_END);
    writeClassifier(folder, FEATURES);
    writeIndex(folder, 0);
    return folder;
  }

  /** Takes the part in the folder {@code part} out of {@code model}. */
  public static Path without(Path model, String part) {
    try (Stream<Path> files = Files.walk(model.resolve(part))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
      return model;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** 4 frames × 4 bands per latent, of spectrograms of one channel. */
  public static void writeCodec(Path model, MelFrontEndConfig frontEnd, int latentChannels) {
    writeCodec(model, frontEnd, null, latentChannels);
  }

  /** The same that takes spectrograms for pictures, of which {@code channel} is heard. */
  public static void writeCodec(
      Path model, MelFrontEndConfig frontEnd, MelChannel channel, int latentChannels) {
    AutoencoderKlConfig autoencoder =
        new AutoencoderKlConfig(
            channel == null ? 1 : 3,
            List.of(8, 8, 8),
            1,
            false,
            2,
            latentChannels,
            -6,
            3,
            Regularisation.noise(1e-3, 0.03));
    try (Rng rng = new Rng(12)) {
      CodecFolder.save(
          model.resolve("audio_codec"),
          MelCodec.FORMAT,
          new MelCodec(
              new MelCodecConfig(autoencoder, frontEnd, channel),
              new AutoencoderKl(autoencoder, rng)),
          TinyModel.statistics(latentChannels, 0.25),
          ScalarType.Float);
    }
  }

  /** Features of 16x16 pictures at 8 Hz. */
  public static void writeFeatures(Path model, int width) {
    CavpConfig config =
        new CavpConfig(
            16,
            8,
            width,
            new ResNet3dConfig(4, List.of(1), List.of(true), 1, 3, false),
            new Cnn14Config(16, List.of(new Cnn14Config.Level(4, 2, 2)), 0));
    try (Rng rng = new Rng(13)) {
      Cavp cavp = new Cavp(config, rng);
      TinyModel.shake(cavp, rng);
      Cavp.FOLDER.save(model.resolve("cavp"), cavp, ScalarType.Float);
    }
  }

  /** The network; {@code rows} of its token grid do not change what it is given. */
  public static void writeDenoiser(Path model, MdsgenConfig.Rows rows) {
    MdsgenConfig config =
        new MdsgenConfig(
            3,
            16,
            2,
            1,
            Gelu.ERF,
            16,
            new MdsgenConfig.Latent(45, 4, CHANNELS, 2, rows),
            new MdsgenConfig.Features(9, FEATURES, true));
    try (Rng rng = new Rng(14)) {
      Mdsgen denoiser = new Mdsgen(config, rng);
      TinyModel.shake(denoiser, rng);
      ComponentFolder.write(
          model.resolve("denoiser"), Mdsgen.TYPE, config, StateDict.of(denoiser), ScalarType.Float);
    }
  }

  /** A vocoder that says it was trained on spectrograms of {@code frontEnd}. */
  public static void writeVocoder(Path model, MelFrontEndConfig frontEnd) {
    HiFiGanConfig config =
        new HiFiGanConfig(
            frontEnd.bands(),
            16,
            List.of(5, 5, 2),
            List.of(11, 11, 4),
            List.of(3),
            List.of(1),
            HiFiGanConfig.DEFAULT_SLOPE);
    try (Rng rng = new Rng(15)) {
      HiFiGan vocoder = new HiFiGan(config, rng);
      TinyModel.shake(vocoder, rng);
      VocoderFolder.save(model.resolve(VOCODER), vocoder, frontEnd, ScalarType.Float);
    }
  }

  /** A classifier of alignment that is told features of {@code width}. */
  public static void writeClassifier(Path model, int width) {
    writeClassifier(model, width, new AlignmentConfig.Shape(9, 45));
  }

  /** The same that says it was trained on {@code shape}; null where nobody knows. */
  public static void writeClassifier(Path model, int width, AlignmentConfig.Shape shape) {
    AlignmentConfig config =
        new AlignmentConfig(CHANNELS, 8, List.of(1), List.of(true), 2, 2, width, 8, 9)
            .trainedOn(shape);
    try (Rng rng = new Rng(16)) {
      AlignmentClassifier classifier = new AlignmentClassifier(config, rng);
      TinyModel.shake(classifier, rng);
      AlignmentClassifier.FOLDER.save(model.resolve("align"), classifier, ScalarType.Float);
    }
  }

  /** The index of a model that its classifier guides by {@code classifierGuidanceScale}. */
  public static void writeIndex(Path model, double classifierGuidanceScale) {
    TinyModel.writeIndex(
        model,
        new ModelIndex(
            MdsgenSystem.NAME,
            "random weights for tests",
            TinyModel.FORMAT,
            OptionValues.NONE
                .with(CommonOptions.NUM_INFERENCE_STEPS, 4)
                .with(CommonOptions.GUIDANCE_SCALE, 3.0)
                .with(CommonOptions.SAMPLER, SamplerChoice.DDIM)
                .with(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE, classifierGuidanceScale)));
  }
}
