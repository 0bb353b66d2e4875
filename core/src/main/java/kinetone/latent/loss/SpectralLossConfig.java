package kinetone.latent.loss;

import java.util.List;
import kinetone.common.Check;

/**
 * A multi-scale spectral loss.
 *
 * @param sampleRate Hz
 * @param windows lengths of the windows in samples; the hop is a quarter of each
 * @param melBands mel bands, fewer where a window has fewer bins; 0 for linear frequency
 * @param linearWeight weight of the mean absolute error of magnitudes
 * @param logWeight weight of the error of log magnitudes
 * @param scaleLog whether the log term of window s is scaled by √(s/2), as in SoundStream
 * @param floor added to magnitudes before the logarithm; a magnitude of 1 is that of white noise
 *     with variance 1
 */
public record SpectralLossConfig(
    int sampleRate,
    List<Integer> windows,
    int melBands,
    double linearWeight,
    double logWeight,
    boolean scaleLog,
    double floor) {
  private static final List<Integer> WINDOWS = List.of(64, 128, 256, 512, 1024, 2048);

  /** Checks the ranges. */
  public SpectralLossConfig {
    Check.atLeast("sampleRate", sampleRate, 1);
    windows = List.copyOf(windows);
    windows.forEach(window -> Check.divisible("windows", window, "hops per window", 4));
    Check.atLeast("melBands", melBands, 0);
    Check.atLeast("linearWeight", linearWeight, 0);
    Check.atLeast("logWeight", logWeight, 0);
    Check.that(floor > 0, "floor = %s, must be positive", floor);
  }

  /** SoundStream's: 64 mel bands, windows 2⁶..2¹¹, α_s = √(s/2) (Zeghidour et al. 2021, eq. 4). */
  public static SpectralLossConfig soundStream(int sampleRate) {
    return new SpectralLossConfig(sampleRate, WINDOWS, 64, 1, 1, true, 1e-5);
  }

  /** Balanced magnitudes and log magnitudes on linear frequency, as neural vocoders use. */
  public static SpectralLossConfig linear(int sampleRate) {
    return new SpectralLossConfig(sampleRate, WINDOWS, 0, 1, 1, false, 1e-3);
  }
}
