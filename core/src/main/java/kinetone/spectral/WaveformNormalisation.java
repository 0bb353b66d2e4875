package kinetone.spectral;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;

import kinetone.common.Check;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * What happens to sound before its spectrum is taken.
 *
 * @param centred whether the mean of each sound is subtracted
 * @param peak the largest absolute sample afterwards; 0 leaves the level as it is
 */
public record WaveformNormalisation(boolean centred, double peak) {
  /** Sound stays as it is. */
  public static final WaveformNormalisation NONE = new WaveformNormalisation(false, 0);

  private static final double SILENCE = 1e-8;

  /** Checks the range. */
  public WaveformNormalisation {
    Check.within("peak", peak, 0, 1);
  }

  /** Sound (B, samples), each example for itself; silence stays silent. */
  public Tensor apply(Tensor sound) {
    return scaled(centred ? sound.sub(sound.mean(1).unsqueeze(1)) : sound);
  }

  /**
   * Sound normalised as a whole, then cut or padded with zeros at its end to {@code samples}, then
   * brought to the peak again, because the loudest moment may have been cut off (AudioLDM, {@code
   * audio/tools.py}).
   */
  public Tensor fit(Tensor sound, long samples) {
    Tensor whole = apply(sound);
    long missing = samples - sound.size(1);
    return missing >= 0 ? constant_pad_nd(whole, 0, missing) : scaled(whole.narrow(1, 0, samples));
  }

  private Tensor scaled(Tensor sound) {
    if (peak == 0) {
      return sound;
    }
    Tensor loudest = sound.abs().amax(new long[] {1}, true).add(new Scalar(SILENCE));
    return sound.div(loudest).mul(new Scalar(peak));
  }
}
