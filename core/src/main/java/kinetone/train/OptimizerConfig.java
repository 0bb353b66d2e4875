package kinetone.train;

import java.util.List;
import kinetone.common.Check;

/**
 * An optimiser and its numbers. In YAML only {@code learningRate} must be given.
 *
 * @param kind which optimiser; AdamW unless given
 * @param learningRate the peak rate, before {@link LearningRate} scales it
 * @param betas decay of the running moments, first moment first; 0.9 and 0.999 unless given
 * @param eps added to the denominator; 1e-8 unless given
 * @param weightDecay decoupled weight decay per unit of learning rate; 0 unless given
 * @param decayVectors whether tensors of fewer than two axes (biases, norms) decay too; no unless
 *     given
 */
public record OptimizerConfig(
    Kind kind,
    double learningRate,
    List<Double> betas,
    Double eps,
    Double weightDecay,
    Boolean decayVectors) {
  /** The optimisers there are. */
  public enum Kind {
    /** {@link AdamW}. */
    ADAMW
  }

  /** Fills in what is absent and checks the rest. */
  public OptimizerConfig {
    kind = kind == null ? Kind.ADAMW : kind;
    betas = betas == null ? List.of(0.9, 0.999) : List.copyOf(betas);
    eps = eps == null ? 1e-8 : eps;
    weightDecay = weightDecay == null ? 0.0 : weightDecay;
    decayVectors = decayVectors != null && decayVectors;
    Check.atLeast("learningRate", learningRate, 0);
    Check.that(betas.size() == 2, "betas = %s, must be two numbers", betas);
    for (double beta : betas) {
      Check.that(beta >= 0 && beta < 1, "betas = %s, must be at least 0 and less than 1", betas);
    }
    Check.atLeast("eps", eps, 0);
    Check.atLeast("weightDecay", weightDecay, 0);
  }

  /** AdamW with the usual moments and no decay of biases and norms. */
  public static OptimizerConfig adamW(double learningRate, double weightDecay) {
    return new OptimizerConfig(Kind.ADAMW, learningRate, null, null, weightDecay, null);
  }
}
