package kinetone.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.checkpoint.ComponentFolder;
import kinetone.codec.CausalAudioCodec;
import kinetone.codec.CausalVideoCodec;
import kinetone.codec.CodecFolder;
import kinetone.latent.LatentStatistics;
import kinetone.latent.Regularisation;
import kinetone.latent.magvit2.CausalVideoAutoencoder;
import kinetone.latent.magvit2.CausalVideoConfig;
import kinetone.latent.magvit2.FrameNorm;
import kinetone.latent.soundstream.Activation;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.latent.soundstream.CausalAudioConfig;
import kinetone.media.ClipFormat;
import kinetone.model.monl.AvDiT;
import kinetone.model.monl.AvDiTConfig;
import kinetone.nn.Gelu;
import kinetone.nn.conv.TimePadding;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.SamplerChoice;
import kinetone.system.monl.MonlSystem;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A whole model folder with random weights, small enough for tests: it makes noise, but runs. */
public final class TinyModel {
  /** 16x16 pixels, 9 frames at 8 Hz, 8 kHz; 1.125 s. */
  public static final ClipFormat FORMAT = new ClipFormat(16, 16, 9, 8, 9000, 8000);

  /** Channels of the latents of picture and sound. */
  public static final int CHANNELS = 4;

  /** Its denoiser. */
  public static final AvDiTConfig DENOISER =
      new AvDiTConfig(
          2,
          32,
          2,
          2,
          Gelu.ERF,
          16,
          32,
          true,
          new AvDiTConfig.Video(3, 2, 2, CHANNELS, 1),
          new AvDiTConfig.Audio(60, CHANNELS, 1));

  private TinyModel() {}

  /** Writes the model into {@code folder}; the same weights each time. */
  public static Path write(Path folder) {
    writeVideoCodec(folder, CHANNELS);
    writeAudioCodec(folder, CHANNELS);
    writeDenoiser(folder, DENOISER);
    writeIndex(
        folder,
        OptionValues.NONE
            .with(CommonOptions.NUM_INFERENCE_STEPS, 4)
            .with(CommonOptions.GUIDANCE_SCALE, 1.0)
            .with(CommonOptions.SAMPLER, SamplerChoice.DDIM));
    return folder;
  }

  /** The picture codec with latents of {@code channels}. */
  public static void writeVideoCodec(Path model, int channels) {
    CausalVideoConfig config =
        new CausalVideoConfig(
            true,
            4,
            List.of(level(8, 1), level(8, 0), level(8, 0)),
            List.of(level(8, 1), level(8, 0), level(8, 0)),
            List.of(true, false),
            List.of(true, true),
            1,
            FrameNorm.Kind.CHANNEL,
            1,
            TimePadding.FIRST_FRAME,
            channels,
            Regularisation.noise(1e-3, 0.03));
    try (Rng rng = new Rng(11)) {
      CodecFolder.save(
          model.resolve("video_codec"),
          CausalVideoCodec.FORMAT,
          new CausalVideoCodec(new CausalVideoAutoencoder(config, rng)),
          statistics(channels, 0.2),
          ScalarType.Float);
    }
  }

  /** The sound codec with latents of {@code channels}, 150 samples each. */
  public static void writeAudioCodec(Path model, int channels) {
    writeAudioCodec(model, channels, 12);
  }

  /** The same with weights of {@code seed}. */
  public static void writeAudioCodec(Path model, int channels, long seed) {
    CausalAudioConfig config =
        new CausalAudioConfig(
            1,
            true,
            6,
            3,
            List.of(unit(8, 1), unit(8, 0), unit(8, 0)),
            List.of(unit(8, 1), unit(8, 0), unit(8, 0)),
            List.of(5, 5),
            List.of(1),
            3,
            3,
            Activation.Kind.ELU,
            channels,
            Regularisation.noise(1e-3, 0.03));
    try (Rng rng = new Rng(seed)) {
      CodecFolder.save(
          model.resolve("audio_codec"),
          CausalAudioCodec.FORMAT,
          new CausalAudioCodec(new CausalAudioAutoencoder(config, rng)),
          statistics(channels, 0.3),
          ScalarType.Float);
    }
  }

  /** The network of {@code config}. */
  public static void writeDenoiser(Path model, AvDiTConfig config) {
    try (Rng rng = new Rng(13)) {
      AvDiT denoiser = new AvDiT(config, rng);
      shake(denoiser, rng);
      ComponentFolder.write(
          model.resolve("denoiser"), AvDiT.TYPE, config, StateDict.of(denoiser), ScalarType.Float);
    }
  }

  /** The index of a model with these defaults. */
  public static void writeIndex(Path model, OptionValues defaults) {
    writeIndex(
        model, new ModelIndex(MonlSystem.NAME, "random weights for tests", FORMAT, defaults));
  }

  static void writeIndex(Path model, ModelIndex index) {
    try {
      Files.createDirectories(model);
      index.write(model);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Statistics that are different in every channel and far from changing nothing. */
  static LatentStatistics statistics(int channels, double start) {
    float[] mean = new float[channels];
    float[] deviation = new float[channels];
    for (int c = 0; c < channels; c++) {
      mean[c] = (float) (start * (c % 2 == 0 ? 1 + c : -1));
      deviation[c] = (float) (0.45 + start * c);
    }
    return new LatentStatistics(mean, deviation);
  }

  /** Networks start with gates of zero; without them the conditions would have no effect. */
  static void shake(Module network, Rng rng) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      for (Tensor parameter : StateDict.parameters(network).values()) {
        parameter.add_(rng.normal(parameter.shape()).mul(new Scalar(0.1)));
      }
    }
  }

  private static CausalVideoConfig.Level level(int channels, int blocks) {
    return new CausalVideoConfig.Level(channels, blocks);
  }

  private static CausalAudioConfig.Level unit(int channels, int units) {
    return new CausalAudioConfig.Level(channels, units);
  }

  /**
   * Writes {@code folder/recipe.yaml}, which trains this denoiser for four steps with the codecs of
   * {@code folder/model} on {@code folder/latents}.
   *
   * @return the file
   */
  public static Path writeRecipe(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("recipe.yaml"),
        """
        kind: denoiser
        latents: %1$s/latents
        heldOutLatents: %1$s/latents
        videoCodec: %1$s/model/video_codec
        audioCodec: %1$s/model/audio_codec
        format: {width: 16, height: 16, frames: 9, framesPerSecond: 8, samples: 9000, sampleRate: 8000}
        model:
          depth: 2
          width: 32
          heads: 2
          mlpRatio: 2
          gelu: ERF
          conditionSinusoids: 16
          conditionHidden: 32
          selfConditioning: true
          video: {frames: 3, height: 2, width: 2, channels: 4, patch: 1}
          audio: {length: 60, channels: 4, patch: 1}
        noiseLevels: {vanilla: 1, perTimeSegment: 1, perModality: 1, perSegmentAndModality: 1, audioSegments: LATENT}
        selfConditioningRate: 0.5
        batch: 2
        trainer:
          steps: 4
          seed: 1
          optimizer: {learningRate: 1.0e-2}
          ema: {decay: 0.5}
          precision: FP32
        """
            .formatted(folder));
  }
}
