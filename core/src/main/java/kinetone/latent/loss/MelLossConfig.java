package kinetone.latent.loss;

import java.util.ArrayList;
import java.util.List;
import kinetone.common.Check;
import kinetone.latent.loss.CodecObjective.Term;

/**
 * Weights of the reconstruction losses of log-mel spectrograms (B, H, W, 1); 0 leaves a term out.
 *
 * @param l1 of the mean absolute error, in nats where the logarithm is natural
 * @param gradient of {@link GradientLoss}
 * @param perceptual of {@link PerceptualLoss}
 */
public record MelLossConfig(double l1, double gradient, double perceptual) {
  /** Checks the ranges. */
  public MelLossConfig {
    Check.atLeast("l1", l1, 0);
    Check.atLeast("gradient", gradient, 0);
    Check.atLeast("perceptual", perceptual, 0);
  }

  /**
   * The terms with positive weights.
   *
   * @param features what the perceptual term compares
   */
  public List<Term> terms(FeatureExtractor features) {
    List<Term> terms = new ArrayList<>();
    if (l1 > 0) {
      terms.add(new Term("l1", l1, ElementLoss.L1));
    }
    if (gradient > 0) {
      terms.add(new Term("gradient", gradient, new GradientLoss()));
    }
    if (perceptual > 0) {
      terms.add(new Term("perceptual", perceptual, new PerceptualLoss(features)));
    }
    return terms;
  }
}
