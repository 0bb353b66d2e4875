package kinetone.latent;

import java.util.Optional;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * The posterior of a latent given a signal: a diagonal Gaussian.
 *
 * @param mean (B, time, ..., C)
 * @param logVariance in the shape of the mean when the encoder learns it
 * @param regularisation the family and its constants
 */
public record LatentDistribution(
    Tensor mean, Optional<Tensor> logVariance, Regularisation regularisation) {
  private static final double MIN_LOG_VARIANCE = -30;
  private static final double MAX_LOG_VARIANCE = 20;

  /**
   * Splits what an encoder gives.
   *
   * @param moments (B, time, ..., C) or, with a learned variance, (B, time, ..., 2C)
   */
  public static LatentDistribution of(Tensor moments, Regularisation regularisation) {
    if (regularisation.kind() != Regularisation.Kind.KL) {
      return new LatentDistribution(moments, Optional.empty(), regularisation);
    }
    long channels = moments.size(-1) / 2;
    Tensor logVariance =
        moments
            .narrow(-1, channels, channels)
            .clamp(
                new ScalarOptional(new Scalar(MIN_LOG_VARIANCE)),
                new ScalarOptional(new Scalar(MAX_LOG_VARIANCE)));
    return new LatentDistribution(
        moments.narrow(-1, 0, channels), Optional.of(logVariance), regularisation);
  }

  /** The most likely latent: the mean. */
  public Tensor mode() {
    return mean;
  }

  /** A draw, differentiable with respect to the parameters. */
  public Tensor sample(Rng rng) {
    return switch (regularisation.kind()) {
      case NONE -> mean;
      case NOISE -> mean.add(noise(rng).mul(new Scalar(regularisation.deviation())));
      case KL -> {
        Tensor deviation = logVariance.orElseThrow().mul(new Scalar(0.5)).exp();
        yield mean.add(deviation.mul(noise(rng)));
      }
    };
  }

  /**
   * The divergence from N(0, 1), up to a constant, in nats: summed over the latent and divided by
   * {@code signalElements}, the scale at which latent diffusion's weight of 1e-6 is meant when the
   * reconstruction error is a mean over the signal. Without a learned variance, the mean of ½ μ²
   * over the latent.
   *
   * @param signalElements elements of the whole batch of signals
   */
  public Tensor penalty(long signalElements) {
    if (regularisation.kind() != Regularisation.Kind.KL) {
      return mean.square().mean().mul(new Scalar(0.5));
    }
    return divergence().sum().div(new Scalar((double) signalElements));
  }

  /**
   * The divergence from N(0, 1) of each example in nats, (B): ½ Σ (μ² + σ² − 1 − ln σ²) over its
   * latent. Only with a learned variance.
   */
  public Tensor divergence() {
    Tensor l = logVariance.orElseThrow();
    Tensor twice = mean.square().add(l.exp()).sub(l).sub(new Scalar(1.0));
    return twice.flatten(1, -1).sum(1).mul(new Scalar(0.5));
  }

  private Tensor noise(Rng rng) {
    return rng.normal(mean.shape()).to(mean.device(), mean.scalar_type());
  }
}
