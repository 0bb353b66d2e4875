package kinetone.diffusion.loss;

import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.LevelTable;
import org.bytedeco.pytorch.Tensor;

/**
 * Turns squared errors of the noise into those of the velocity: |v̂ − v|² = |ε̂ − ε|² / ᾱ_t,
 * because ε = √ᾱ_t v + √(1−ᾱ_t) z_t (Salimans and Ho 2022). As a weight of the estimate of x_0 it
 * is SNR + 1: high noise levels, where the coarse structure is decided, count as much as low ones.
 * Clean positions weigh 0.
 */
public final class VelocityWeight implements PositionWeight {
  private final LevelTable weights;

  /** The weights of {@code schedule}. */
  public VelocityWeight(NoiseSchedule schedule) {
    weights = new LevelTable(schedule.steps(), t -> t == 0 ? 0 : 1 / schedule.alphaBar(t));
  }

  @Override
  public Tensor apply(Tensor errors, Tensor levels) {
    return errors.mul(weights.at(levels, errors));
  }
}
