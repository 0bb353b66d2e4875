package kinetone.diffusion.guidance;

import kinetone.common.Check;
import kinetone.diffusion.Conditions;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The training half of classifier-free guidance (Ho and Salimans 2021, algorithm 1): now and then
 * an example is shown without its condition, so that one network learns both predictions.
 *
 * @param rate probability that an example's features and text are dropped; MDSGen 0.1
 */
public record ConditionDrop(double rate) {
  /** Checks the rate. */
  public ConditionDrop {
    Check.within("condition drop rate", rate, 0, 1);
  }

  /** Throws a coin for each of {@code batch} examples; what was dropped before stays dropped. */
  public Conditions apply(Conditions conditions, long batch, Rng rng) {
    if (rate == 0) {
      return conditions;
    }
    Tensor drawn = rng.uniform(batch).ge(new Scalar(rate));
    Tensor kept =
        conditions
            .keep()
            .map(before -> before.logical_and(drawn.to(before.device(), drawn.scalar_type())))
            .orElse(drawn);
    return conditions.withKeep(kept);
  }
}
