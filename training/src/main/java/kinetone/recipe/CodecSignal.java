package kinetone.recipe;

import java.util.List;
import kinetone.common.KinetoneException;
import kinetone.data.ClipMels;
import kinetone.signal.ClipTensors;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import org.bytedeco.pytorch.Tensor;

/** What a codec codes of a clip. */
sealed interface CodecSignal extends AutoCloseable {
  /** The signals of {@code clips} on the CPU, batch first, time at axis 1. */
  Tensor of(List<Clip> clips);

  /** One signal, without the batch axis, as a clip to look at. */
  Clip clip(Tensor one, ClipFormat format);

  @Override
  default void close() {}

  /** Pictures (B, T, H, W, 3). */
  record Video() implements CodecSignal {
    @Override
    public Tensor of(List<Clip> clips) {
      return ClipTensors.video(clips);
    }

    @Override
    public Clip clip(Tensor one, ClipFormat format) {
      return Clip.of(ClipTensors.toVideo(one, format.framesPerSecond()));
    }
  }

  /** Sound (B, samples). */
  record Audio(int samples) implements CodecSignal {
    @Override
    public Tensor of(List<Clip> clips) {
      return ClipTensors.audio(clips, samples);
    }

    @Override
    public Clip clip(Tensor one, ClipFormat format) {
      return Clip.of(ClipTensors.toAudio(one, format));
    }
  }

  /**
   * Log-mel spectrograms (B, frames, bands, 1) of sound.
   *
   * @param spectrograms closed with this
   */
  record Mel(ClipMels spectrograms) implements CodecSignal {
    @Override
    public Tensor of(List<Clip> clips) {
      return spectrograms.of(clips);
    }

    @Override
    public Clip clip(Tensor one, ClipFormat format) {
      throw KinetoneException.internal("a spectrogram has no sound without a vocoder");
    }

    @Override
    public void close() {
      spectrograms.close();
    }
  }
}
