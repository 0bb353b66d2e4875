package kinetone.latent.loss;

import java.util.ArrayList;
import java.util.List;
import kinetone.common.Check;
import kinetone.latent.loss.CodecObjective.Term;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Device;

/**
 * Weights of the reconstruction losses of pictures; 0 leaves a term out.
 *
 * @param l1 of the mean absolute error
 * @param l2 of the mean squared error
 * @param gradient of {@link GradientLoss}
 * @param perceptual of {@link PerceptualLoss} in {@link RandomPictureFeatures}; none when absent
 */
public record VideoLossConfig(double l1, double l2, double gradient, Double perceptual) {
  private static final List<Integer> FEATURES = List.of(16, 32, 64);

  /** Absolute error with a share of edges. */
  public static final VideoLossConfig DEFAULT = new VideoLossConfig(1, 1, 0.5, 0.0);

  /** Checks the ranges. */
  public VideoLossConfig {
    Check.atLeast("l1", l1, 0);
    Check.atLeast("l2", l2, 0);
    Check.atLeast("gradient", gradient, 0);
    perceptual = Check.atLeast("perceptual", perceptual == null ? 0.0 : perceptual, 0);
  }

  /**
   * The terms with positive weights; call it outside of scopes.
   *
   * @param rng draws the features of the perceptual term, if there is one
   * @param device where they are computed
   */
  public List<Term> terms(Rng rng, Device device) {
    List<Term> terms = new ArrayList<>();
    add(terms, new Term("l1", l1, ElementLoss.L1));
    add(terms, new Term("l2", l2, ElementLoss.L2));
    add(terms, new Term("gradient", gradient, new GradientLoss()));
    if (perceptual > 0) {
      RandomPictureFeatures features = new RandomPictureFeatures(FEATURES, rng);
      features.to(device, false);
      terms.add(new Term("perceptual", perceptual, new PerceptualLoss(features)));
    }
    return terms;
  }

  private static void add(List<Term> terms, Term term) {
    if (term.weight() > 0) {
      terms.add(term);
    }
  }
}
