package kinetone.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.checkpoint.ComponentFolder;
import kinetone.checkpoint.Json;
import kinetone.latent.CodecFolder;
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
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.SamplerChoice;
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

  private static final int CHANNELS = 4;

  private static final CausalVideoConfig VIDEO =
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
          CHANNELS,
          Regularisation.noise(1e-3, 0.03));

  private static final CausalAudioConfig AUDIO =
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
          CHANNELS,
          Regularisation.noise(1e-3, 0.03));

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
    try (Rng rng = new Rng(11)) {
      CausalVideoAutoencoder video = new CausalVideoAutoencoder(VIDEO, rng);
      CausalAudioAutoencoder audio = new CausalAudioAutoencoder(AUDIO, rng);
      AvDiT denoiser = new AvDiT(DENOISER, rng);
      shake(denoiser, rng);
      Files.createDirectories(folder);
      LatentStatistics statistics = LatentStatistics.identity(CHANNELS);
      CodecFolder.save(
          folder.resolve("video_codec"),
          CausalVideoAutoencoder.FORMAT,
          video,
          statistics,
          ScalarType.Float);
      CodecFolder.save(
          folder.resolve("audio_codec"),
          CausalAudioAutoencoder.FORMAT,
          audio,
          statistics,
          ScalarType.Float);
      ComponentFolder.write(
          folder.resolve("denoiser"), "AvDiT", DENOISER, StateDict.of(denoiser), ScalarType.Float);
      ModelIndex index =
          new ModelIndex(
              "monl",
              "random weights for tests",
              FORMAT,
              new ModelIndex.Defaults(4, 0, SamplerChoice.DDIM, 6));
      Files.writeString(folder.resolve(ModelIndex.FILE), Json.MAPPER.writeValueAsString(index));
      return folder;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
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
