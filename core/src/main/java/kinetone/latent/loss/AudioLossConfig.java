package kinetone.latent.loss;

import java.util.ArrayList;
import java.util.List;
import kinetone.common.Check;
import kinetone.latent.loss.CodecObjective.Term;
import kinetone.spectral.StftConfig;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Device;

/**
 * Weights of the reconstruction losses of sound.
 *
 * @param waveform of the mean absolute error of samples; 0 leaves it out
 * @param spectrum of the spectral loss; 0 leaves it out
 * @param spectral the spectral loss
 * @param perceptual of {@link PerceptualLoss} in {@link RandomSoundFeatures}; none when absent
 */
public record AudioLossConfig(
    double waveform, double spectrum, SpectralLossConfig spectral, Double perceptual) {
  private static final StftConfig FEATURE_STFT = StftConfig.of(1024, 256);
  private static final List<Integer> FEATURES = List.of(16, 32, 64);

  /** Checks the ranges. */
  public AudioLossConfig {
    Check.atLeast("waveform", waveform, 0);
    Check.atLeast("spectrum", spectrum, 0);
    perceptual = Check.atLeast("perceptual", perceptual == null ? 0.0 : perceptual, 0);
  }

  /**
   * Waveform and spectra of about equal weight: waveform errors are an order of magnitude smaller
   * than errors of log magnitudes.
   */
  public static AudioLossConfig balanced(int sampleRate) {
    return new AudioLossConfig(10, 1, SpectralLossConfig.linear(sampleRate), 0.0);
  }

  /**
   * The terms with positive weights; call it outside of scopes.
   *
   * @param rng draws the features of the perceptual term, if there is one
   * @param device where they are computed
   */
  public List<Term> terms(Rng rng, Device device) {
    List<Term> terms = new ArrayList<>();
    if (waveform > 0) {
      terms.add(new Term("waveform", waveform, ElementLoss.L1));
    }
    if (spectrum > 0) {
      terms.add(new Term("spectrum", spectrum, new SpectralLoss(spectral)));
    }
    if (perceptual > 0) {
      RandomSoundFeatures features = new RandomSoundFeatures(FEATURE_STFT, FEATURES, rng);
      features.to(device, false);
      terms.add(new Term("perceptual", perceptual, new PerceptualLoss(features)));
    }
    return terms;
  }
}
