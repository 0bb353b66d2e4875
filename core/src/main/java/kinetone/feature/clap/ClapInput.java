package kinetone.feature.clap;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;

import kinetone.spectral.MelFrontEnd;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * What {@link ClapAudio} hears of a sound: the spectrogram of ten seconds. A shorter sound is
 * repeated as often as it fits whole, with silence behind it ({@code repeatpad}); of a longer one
 * the beginning is heard, where transformers and LAION draw a piece at random. Holds filters, so
 * make it outside of scopes.
 */
public final class ClapInput implements AutoCloseable {
  private final MelFrontEnd front;

  /** For a network of this size. */
  public ClapInput(ClapAudioConfig config) {
    front = new MelFrontEnd(config.frontEnd());
  }

  /**
   * The spectrogram (1, frames, bands).
   *
   * @param sound (1, samples) at {@link ClapAudioConfig#SAMPLE_RATE}, at least one sample
   */
  public Tensor of(Tensor sound) {
    Tensors.requireShape("sound", sound, 1, -1);
    long samples = sound.size(1);
    if (samples >= ClapAudioConfig.SAMPLES) {
      return front.logMel(sound.narrow(1, 0, ClapAudioConfig.SAMPLES));
    }
    Tensor again = sound.repeat(1, ClapAudioConfig.SAMPLES / samples);
    return front.logMel(constant_pad_nd(again, 0, ClapAudioConfig.SAMPLES - again.size(1)));
  }

  @Override
  public void close() {
    front.close();
  }
}
