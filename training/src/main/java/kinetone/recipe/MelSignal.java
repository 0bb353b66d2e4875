package kinetone.recipe;

import java.util.List;
import kinetone.codec.MelCodec;
import kinetone.common.KinetoneException;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.signal.ClipTensors;
import org.bytedeco.pytorch.Tensor;

/**
 * The log-mel spectrograms (B, frames, bands, 1) that the network of a {@link MelCodec} sees.
 *
 * @param codec makes the spectrograms
 * @param samples of the sound of a clip
 */
record MelSignal(MelCodec codec, int samples) implements CodecSignal {
  @Override
  public Tensor of(List<Clip> clips) {
    return codec.spectrogram(ClipTensors.audio(clips, samples)).unsqueeze(-1);
  }

  @Override
  public Clip clip(Tensor one, ClipFormat format) {
    throw KinetoneException.internal("a spectrogram has no sound without a vocoder");
  }
}
