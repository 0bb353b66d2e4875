package kinetone.recipe;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.signal.ClipTensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What the network of a codec sees of a clip. */
interface CodecSignal {
  /** The signals of {@code clips} on the CPU, batch first, time at axis 1. */
  Tensor of(List<Clip> clips);

  /** One signal, without the batch axis, as a clip to look at; only where recipes have samples. */
  Clip clip(Tensor one, ClipFormat format);

  /**
   * Figures on held-out clips besides the losses, lower is better.
   *
   * @param given a signal
   * @param made what the codec makes of it
   */
  default Map<String, Double> figures(Tensor given, Supplier<Tensor> made) {
    return Map.of();
  }

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

    @Override
    public Map<String, Double> figures(Tensor given, Supplier<Tensor> made) {
      double squares = torch.mse_loss(made.get(), given).item_float();
      // Peak to peak of [-1, 1] is 2.
      return Map.of("negative PSNR (dB)", -10 * Math.log10(4 / squares));
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
}
