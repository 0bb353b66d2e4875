package kinetone.latent.loss;

import java.util.ArrayList;
import java.util.List;
import kinetone.common.Check;
import kinetone.latent.loss.CodecObjective.Term;

/**
 * Weights of the reconstruction losses of sound.
 *
 * @param waveform of the mean absolute error of samples; 0 leaves it out
 * @param spectrum of the spectral loss; 0 leaves it out
 * @param spectral the spectral loss
 */
public record AudioLossConfig(double waveform, double spectrum, SpectralLossConfig spectral) {
  /** Checks the ranges. */
  public AudioLossConfig {
    Check.atLeast("waveform", waveform, 0);
    Check.atLeast("spectrum", spectrum, 0);
  }

  /**
   * Waveform and spectra of about equal pull: waveform errors are an order of magnitude smaller
   * than errors of log magnitudes.
   */
  public static AudioLossConfig balanced(int sampleRate) {
    return new AudioLossConfig(10, 1, SpectralLossConfig.linear(sampleRate));
  }

  /** The terms with positive weights; call it outside of scopes. */
  public List<Term> terms() {
    List<Term> terms = new ArrayList<>();
    if (waveform > 0) {
      terms.add(new Term("waveform", waveform, ElementLoss.L1));
    }
    if (spectrum > 0) {
      terms.add(new Term("spectrum", spectrum, new SpectralLoss(spectral)));
    }
    return terms;
  }
}
