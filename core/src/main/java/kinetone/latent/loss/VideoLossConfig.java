package kinetone.latent.loss;

import java.util.ArrayList;
import java.util.List;
import kinetone.common.Check;
import kinetone.latent.loss.CodecObjective.Term;

/**
 * Weights of the reconstruction losses of pictures; 0 leaves a term out.
 *
 * @param l1 of the mean absolute error
 * @param l2 of the mean squared error
 * @param gradient of {@link GradientLoss}
 */
public record VideoLossConfig(double l1, double l2, double gradient) {
  /** Absolute error with a share of edges. */
  public static final VideoLossConfig DEFAULT = new VideoLossConfig(1, 1, 0.5);

  /** Checks the ranges. */
  public VideoLossConfig {
    Check.atLeast("l1", l1, 0);
    Check.atLeast("l2", l2, 0);
    Check.atLeast("gradient", gradient, 0);
  }

  /** The terms with positive weights. */
  public List<Term> terms() {
    List<Term> terms = new ArrayList<>();
    add(terms, new Term("l1", l1, ElementLoss.L1));
    add(terms, new Term("l2", l2, ElementLoss.L2));
    add(terms, new Term("gradient", gradient, new GradientLoss()));
    return terms;
  }

  private static void add(List<Term> terms, Term term) {
    if (term.weight() > 0) {
      terms.add(term);
    }
  }
}
