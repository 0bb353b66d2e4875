package kinetone.diffusion.process;

import kinetone.common.Check;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseLevels;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;

/**
 * Self-conditioning (Chen, Zhang, Hinton 2022): the network is also told its previous estimate of
 * x_0. AVDiT trains with rate 0.9.
 *
 * @param rate probability that a training step makes the estimate in a first pass; otherwise zeros
 * @param limit estimates are clamped to ± this; infinity leaves them as they are. Near t = T the
 *     estimate divides the network's error by √ᾱ_T ≈ 0.006, so an untrained network may need one
 */
public record SelfConditioning(double rate, double limit) {
  /** No self-conditioning. */
  public static final SelfConditioning NONE = new SelfConditioning(0, Double.POSITIVE_INFINITY);

  /** Checks the ranges. */
  public SelfConditioning {
    Check.within("self-conditioning rate", rate, 0, 1);
    Check.that(limit > 0, "self-conditioning limit = %s, must be positive", limit);
  }

  /** Self-conditioning with {@code rate} and unclamped estimates. */
  public static SelfConditioning ofRate(double rate) {
    return new SelfConditioning(rate, Double.POSITIVE_INFINITY);
  }

  /** Whether the network is told estimates at all. */
  public boolean enabled() {
    return rate > 0;
  }

  /** The estimate as the network is told it. */
  public Latents clamp(Latents estimate) {
    if (Double.isInfinite(limit)) {
      return estimate;
    }
    ScalarOptional low = new ScalarOptional(new Scalar(-limit));
    ScalarOptional high = new ScalarOptional(new Scalar(limit));
    return estimate.map(t -> t.clamp(low, high));
  }

  /** As {@link #clamp(Latents)}, but {@code noisy} itself where its level is 0. */
  public Latents condition(Latents estimate, Latents noisy, NoiseLevels levels) {
    return Positions.whereNoisy(levels, clamp(estimate), noisy);
  }
}
