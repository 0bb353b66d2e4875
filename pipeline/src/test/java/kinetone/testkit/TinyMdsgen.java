package kinetone.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import kinetone.checkpoint.ComponentFolder;
import kinetone.checkpoint.Json;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.align.AlignmentConfig;
import kinetone.feature.align.AlignmentFolder;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.CavpConfig;
import kinetone.feature.cavp.CavpFolder;
import kinetone.feature.cavp.Cnn14Config;
import kinetone.feature.cavp.ResNet3dConfig;
import kinetone.latent.CodecFolder;
import kinetone.latent.LatentStatistics;
import kinetone.latent.Regularisation;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.nn.Gelu;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.SamplerChoice;
import kinetone.pipeline.Spectrogram;
import kinetone.spectral.LogCompression;
import kinetone.spectral.MelFilterBank;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.spectral.MelSpectrogramConfig;
import kinetone.spectral.StftConfig;
import kinetone.spectral.WaveformNormalisation;
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
    writeCodec(folder, 1, CHANNELS);
    writeFeatures(folder, FEATURES);
    writeDenoiser(folder, MdsgenConfig.Rows.TIME);
    writeVocoder(folder, FRONT_END);
    writeClassifier(folder, FEATURES);
    writeIndex(folder, new Spectrogram(FRONT_END, null));
    return folder;
  }

  /** Takes an optional part out of {@code model}. */
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

  /** 4 frames × 4 bands per latent. */
  public static void writeCodec(Path model, int signalChannels, int latentChannels) {
    AutoencoderKlConfig config =
        new AutoencoderKlConfig(
            signalChannels,
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
          model.resolve(ModelIndex.MEL_CODEC),
          AutoencoderKl.FORMAT,
          new AutoencoderKl(config, rng),
          LatentStatistics.identity(latentChannels),
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
      CavpFolder.save(model.resolve(ModelIndex.CAVP), cavp, ScalarType.Float);
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
          model.resolve(ModelIndex.DENOISER),
          "Mdsgen",
          config,
          StateDict.of(denoiser),
          ScalarType.Float);
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
      VocoderFolder.save(model.resolve(ModelIndex.VOCODER), vocoder, frontEnd, ScalarType.Float);
    }
  }

  /** A classifier of alignment that is told features of {@code width}. */
  public static void writeClassifier(Path model, int width) {
    AlignmentConfig config =
        new AlignmentConfig(CHANNELS, 8, List.of(1), List.of(true), 2, 2, width, 8, 9);
    try (Rng rng = new Rng(16)) {
      AlignmentClassifier classifier = new AlignmentClassifier(config, rng);
      TinyModel.shake(classifier, rng);
      AlignmentFolder.save(model.resolve(ModelIndex.ALIGN), classifier, ScalarType.Float);
    }
  }

  /** The index; {@code spectrogram} may be null. */
  public static void writeIndex(Path model, Spectrogram spectrogram) {
    writeIndex(model, spectrogram, 0);
  }

  /** The index of a model that its classifier guides by {@code classifierGuidanceScale}. */
  public static void writeIndex(
      Path model, Spectrogram spectrogram, double classifierGuidanceScale) {
    ModelIndex index =
        new ModelIndex(
            "mdsgen",
            "random weights for tests",
            TinyModel.FORMAT,
            new ModelIndex.Defaults(4, 3, SamplerChoice.DDIM, 0, classifierGuidanceScale),
            spectrogram);
    try {
      Files.writeString(model.resolve(ModelIndex.FILE), Json.MAPPER.writeValueAsString(index));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
