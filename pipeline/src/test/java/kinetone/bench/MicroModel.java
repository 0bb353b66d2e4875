package kinetone.bench;

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
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A whole model folder of a few thousand numbers, untrained. */
final class MicroModel {
  static final ClipFormat FORMAT = new ClipFormat(16, 16, 5, 8, 5000, 8000);
  static final AvDiTConfig DENOISER =
      denoiser(new AvDiTConfig.Video(3, 4, 4, 2, 2), new AvDiTConfig.Audio(7, 3, 1));

  private static final CausalVideoConfig VIDEO =
      new CausalVideoConfig(
          true,
          2,
          List.of(new CausalVideoConfig.Level(4, 0), new CausalVideoConfig.Level(4, 0)),
          List.of(new CausalVideoConfig.Level(4, 0), new CausalVideoConfig.Level(4, 0)),
          List.of(true),
          List.of(true),
          1,
          FrameNorm.Kind.CHANNEL,
          1,
          TimePadding.FIRST_FRAME,
          2,
          Regularisation.noise(1e-3, 0.03));
  private static final CausalAudioConfig AUDIO =
      new CausalAudioConfig(
          10,
          true,
          8,
          3,
          List.of(new CausalAudioConfig.Level(4, 0), new CausalAudioConfig.Level(4, 0)),
          List.of(new CausalAudioConfig.Level(4, 0), new CausalAudioConfig.Level(4, 0)),
          List.of(5),
          List.of(1),
          3,
          3,
          Activation.Kind.ELU,
          3,
          Regularisation.noise(1e-3, 0.01));

  private MicroModel() {}

  private static AvDiTConfig denoiser(AvDiTConfig.Video video, AvDiTConfig.Audio audio) {
    return new AvDiTConfig(2, 32, 2, 4, Gelu.ERF, 32, 64, true, video, audio);
  }

  static void write(Path folder) throws IOException {
    try (Rng rng = new Rng(3)) {
      CausalVideoAutoencoder video = new CausalVideoAutoencoder(VIDEO, rng);
      CausalAudioAutoencoder audio = new CausalAudioAutoencoder(AUDIO, rng);
      CodecFolder.save(
          folder.resolve(ModelIndex.VIDEO_CODEC),
          CausalVideoAutoencoder.FORMAT,
          video,
          LatentStatistics.identity(2),
          ScalarType.Float);
      CodecFolder.save(
          folder.resolve(ModelIndex.AUDIO_CODEC),
          CausalAudioAutoencoder.FORMAT,
          audio,
          LatentStatistics.identity(3),
          ScalarType.Float);
      AvDiTConfig config;
      try (TensorScope scope = TensorScope.open();
          NoGradGuard noGrad = new NoGradGuard()) {
        long[] picture =
            video
                .encode(torch.zeros(1, FORMAT.frames(), FORMAT.height(), FORMAT.width(), 3))
                .shape();
        long[] sound = audio.encode(torch.zeros(1, FORMAT.samples())).shape();
        config =
            denoiser(
                new AvDiTConfig.Video((int) picture[1], (int) picture[2], (int) picture[3], 2, 2),
                new AvDiTConfig.Audio((int) sound[1], 3, 1));
      }
      AvDiT net = new AvDiT(config, rng);
      try (TensorScope scope = TensorScope.open()) {
        ComponentFolder.write(
            folder.resolve(ModelIndex.DENOISER),
            "AvDiT",
            config,
            StateDict.of(net),
            ScalarType.Half);
      }
      ModelIndex index =
          new ModelIndex(
              "monl", "untrained", FORMAT, new ModelIndex.Defaults(2, 0, SamplerChoice.DDIM, 6));
      Files.writeString(folder.resolve(ModelIndex.FILE), Json.MAPPER.writeValueAsString(index));
    }
  }
}
