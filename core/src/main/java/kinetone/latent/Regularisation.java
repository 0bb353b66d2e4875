package kinetone.latent;

import kinetone.common.Check;

/**
 * What keeps a continuous latent bounded and smooth, so that diffusion can model it.
 *
 * @param kind the family
 * @param weight weight of the penalty in the loss; see {@link LatentDistribution#penalty}
 * @param deviation standard deviation of the noise of {@link Kind#NOISE}, in latent units
 */
public record Regularisation(Kind kind, double weight, double deviation) {
  /** The families. */
  public enum Kind {
    /** The latent is its mean; the penalty still bounds its square. */
    NONE,
    /** A Gaussian posterior with learned variance against N(0, 1) (Kingma and Welling 2013). */
    KL,
    /** A Gaussian posterior with the fixed {@link #deviation()}. */
    NOISE
  }

  /** Checks the ranges. */
  public Regularisation {
    Check.atLeast("regularisation weight", weight, 0);
    Check.atLeast("regularisation deviation", deviation, 0);
  }

  /** KL divergence with the weight that latent diffusion uses (Rombach et al. 2022): 1e-6. */
  public static Regularisation kl(double weight) {
    return new Regularisation(Kind.KL, weight, 0);
  }

  /** Fixed noise. */
  public static Regularisation noise(double weight, double deviation) {
    return new Regularisation(Kind.NOISE, weight, deviation);
  }

  /** How many numbers the encoder gives per latent channel: 2 with a learned variance. */
  public int parametersPerChannel() {
    return kind == Kind.KL ? 2 : 1;
  }
}
