package kinetone.diffusion.loss;

import org.bytedeco.pytorch.Tensor;

/** How much the squared error of the noise counts at a noise level. */
@FunctionalInterface
public interface PositionWeight {
  /** Every level counts the same. */
  PositionWeight NONE = (errors, levels) -> errors;

  /**
   * Weighs {@code errors}.
   *
   * @param errors (B, time, ..., C)
   * @param levels int64 (B, time)
   */
  Tensor apply(Tensor errors, Tensor levels);
}
