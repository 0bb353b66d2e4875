package kinetone.spectral;

import java.util.OptionalInt;
import kinetone.mel.MelFilterBank;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Tensor;

/**
 * From log-mel spectrograms back to sound without a network: the logarithm is undone, linear
 * magnitudes are found by non-negative least squares, phases by Griffin and Lim's algorithm.
 */
public final class MelInverse implements AutoCloseable {
  /** The rate at which Diff-Foley's demo inverts filters that were made for 16 kHz. */
  public static final int DIFF_FOLEY_DEMO_RATE = 22050;

  private final MelFrontEndConfig config;
  private final Config settings;
  private final Tensor filters;

  /**
   * How to invert.
   *
   * @param magnitudes the solver
   * @param iterations of Griffin and Lim's algorithm
   * @param momentum of Griffin and Lim's algorithm
   * @param filterRate a wrong sample rate for the filters in Hz, for compatibility; see {@link
   *     #diffFoleyDemo}
   */
  public record Config(
      NonNegativeLeastSquares magnitudes, int iterations, double momentum, OptionalInt filterRate) {
    /** A solved system, then librosa's defaults. */
    public static final Config DEFAULT =
        new Config(new NonNegativeLeastSquares(100), 32, 0.99, OptionalInt.empty());

    /**
     * As Diff-Foley's demo does it: with librosa's unsolved system, and with filters for 22050 Hz
     * although the spectrogram was made at 16000 Hz. The pitch falls by a factor of 0.726 and the
     * sound is duller; only for comparison with its published sounds.
     */
    public static Config diffFoleyDemo() {
      return new Config(
          new NonNegativeLeastSquares(0), 32, 0.99, OptionalInt.of(DIFF_FOLEY_DEMO_RATE));
    }
  }

  /** The way back from {@link MelFrontEnd} of {@code config}. Make it outside of scopes. */
  public MelInverse(MelFrontEndConfig config, Config settings) {
    this.config = config;
    this.settings = settings;
    MelFilterBank mel = config.spectrum().mel();
    MelFilterBank used =
        new MelFilterBank(
            settings.filterRate().orElse(mel.sampleRate()),
            mel.fftLength(),
            mel.bands(),
            mel.minHertz(),
            mel.maxHertz(),
            mel.scale(),
            mel.norm());
    filters = MelFilters.of(used);
    filters.retainReference();
  }

  /** Magnitudes (B, frames, bins) of a log-mel spectrogram (B, frames, bands). */
  public Tensor magnitudes(Tensor logMel) {
    Tensor mel = config.log().undo(logMel);
    Tensor weights = filters.to(logMel.device(), logMel.scalar_type());
    Tensor spectrum = settings.magnitudes().solve(weights, mel);
    double power = config.spectrum().power();
    return power == 1 ? spectrum : spectrum.pow(new org.bytedeco.pytorch.Scalar(1 / power));
  }

  /**
   * Sound (B, (frames − 1) · hop) of a log-mel spectrogram (B, frames, bands), with first phases
   * from {@code rng}.
   */
  public Tensor sound(Tensor logMel, Rng rng) {
    return new GriffinLim(config.spectrum().stft(), settings.iterations(), settings.momentum())
        .sound(magnitudes(logMel), rng);
  }

  @Override
  public void close() {
    filters.releaseReference();
  }
}
