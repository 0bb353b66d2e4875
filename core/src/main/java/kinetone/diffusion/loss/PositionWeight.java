package kinetone.diffusion.loss;

import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.PredictionType;
import org.bytedeco.pytorch.Tensor;

/** How much the squared error of the noise counts at a noise level. */
@FunctionalInterface
public interface PositionWeight {
  /** Every level counts the same. */
  PositionWeight NONE = (errors, levels) -> errors;

  /** The weight by which errors of the noise are those of what the network predicts. */
  static PositionWeight of(PredictionType prediction, NoiseSchedule schedule) {
    return switch (prediction) {
      case EPSILON -> NONE;
      case V_PREDICTION -> new VelocityWeight(schedule);
    };
  }

  /**
   * Weighs {@code errors}.
   *
   * @param errors (B, time, ..., C)
   * @param levels int64 (B, time)
   */
  Tensor apply(Tensor errors, Tensor levels);
}
