package kinetone.pipeline;

import java.nio.file.Path;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.latent.CodecFolder;
import kinetone.latent.magvit2.CausalVideoAutoencoder;
import kinetone.latent.magvit2.CausalVideoConfig;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.latent.soundstream.CausalAudioConfig;
import kinetone.media.ClipFormat;
import kinetone.model.monl.AvDiT;
import kinetone.model.monl.AvDiTConfig;

/**
 * The components of an AVDiT model. They know sizes and counts, but not rates: these are 8 frames
 * and 16,000 samples per second, as {@code kinetone prepare} has it, where nobody says otherwise.
 *
 * @param denoiser folder of AVDiT
 * @param videoCodec folder of the picture codec
 * @param audioCodec folder of the sound codec
 */
public record MonlParts(Path denoiser, Path videoCodec, Path audioCodec) implements ModelParts {
  private static final double FRAMES_PER_SECOND = 8;
  private static final int SAMPLE_RATE = 16_000;

  @Override
  public String system() {
    return MonlPipeline.SYSTEM;
  }

  @Override
  public ModelIndex.Defaults defaults() {
    return new ModelIndex.Defaults(50, 2, SamplerChoice.DDPM, 0);
  }

  @Override
  public ClipFormat format(AskedFormat asked) {
    ComponentFolder.requireType(denoiser, AvDiT.TYPE);
    AvDiTConfig network = ComponentFolder.config(denoiser, AvDiTConfig.class);
    CausalVideoConfig pictures = CodecFolder.config(videoCodec, CausalVideoAutoencoder.FORMAT);
    CausalAudioConfig sound = CodecFolder.config(audioCodec, CausalAudioAutoencoder.FORMAT);
    AvDiTConfig.Video video = network.video();
    return asked.withSound(
        video.width() * pictures.spaceFactor(),
        video.height() * pictures.spaceFactor(),
        1 + (video.frames() - 1) * pictures.timeFactor(),
        asked.framesPerSecond().orElse(FRAMES_PER_SECOND),
        asked.sampleRate().orElse(SAMPLE_RATE),
        new AskedFormat.SoundLatent(
            network.audio().length(),
            sound.hop(),
            samples -> (samples + sound.hop() - 1) / sound.hop()));
  }

  @Override
  public Optional<Spectrogram> spectrogram() {
    return Optional.empty();
  }

  @Override
  public void copy(Path model) {
    ComponentFolder.copy(denoiser, model.resolve(ModelIndex.DENOISER));
    ComponentFolder.copy(videoCodec, model.resolve(ModelIndex.VIDEO_CODEC));
    ComponentFolder.copy(audioCodec, model.resolve(ModelIndex.AUDIO_CODEC));
  }
}
