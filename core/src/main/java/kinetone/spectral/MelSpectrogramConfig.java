package kinetone.spectral;

import kinetone.common.Check;
import kinetone.mel.MelFilterBank;

/**
 * A mel spectrogram.
 *
 * @param stft the transform
 * @param mel the filters; their fftLength is that of the transform
 * @param power exponent of the magnitude before the filters: 1 magnitude, 2 power
 */
public record MelSpectrogramConfig(StftConfig stft, MelFilterBank mel, double power) {
  /** Checks that transform and filters fit. */
  public MelSpectrogramConfig {
    Check.that(
        stft.fftLength() == mel.fftLength(),
        "mel filters are for fftLength %d but the transform has %d",
        mel.fftLength(),
        stft.fftLength());
    Check.that(power > 0, "power = %s, must be positive", power);
  }
}
