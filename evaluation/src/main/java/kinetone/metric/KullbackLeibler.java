package kinetone.metric;

import java.util.List;
import kinetone.common.Check;

/**
 * KL(real ‖ made) between what a classifier says of a real clip and of the one made for it: the
 * protocol of SpecVQGAN, Diff-Foley and audioldm_eval, Σ p (ln p − ln(q + 1e-6)), mean over pairs.
 * Pairs belong together; without them there is no such figure.
 */
public enum KullbackLeibler {
  /** Of classes of which one is right: the figure of the papers. */
  SOFTMAX {
    @Override
    double[] probabilities(double[] logits) {
      return Logits.softmax(logits);
    }
  },
  /** Of classes of which any may be right, as audioldm_eval offers beside it. */
  SIGMOID {
    @Override
    double[] probabilities(double[] logits) {
      return Logits.sigmoid(logits);
    }
  };

  private static final double EPSILON = 1e-6;

  abstract double[] probabilities(double[] logits);

  /** Of one pair, in nats. */
  public double of(double[] real, double[] made) {
    Check.that(
        real.length == made.length, "%d and %d classes do not compare", real.length, made.length);
    double[] p = probabilities(real);
    double[] q = probabilities(made);
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += p[i] == 0 ? 0 : p[i] * (Math.log(p[i]) - Math.log(q[i] + EPSILON));
    }
    return sum;
  }

  /** Mean over pairs: row n of one belongs to row n of the other. */
  public double of(List<double[]> real, List<double[]> made) {
    Check.that(
        real.size() == made.size(), "%d and %d clips are no pairs", real.size(), made.size());
    Check.atLeast("pairs", real.size(), 1);
    double sum = 0;
    for (int n = 0; n < real.size(); n++) {
      sum += of(real.get(n), made.get(n));
    }
    return sum / real.size();
  }
}
