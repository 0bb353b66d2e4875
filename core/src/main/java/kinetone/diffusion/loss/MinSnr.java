package kinetone.diffusion.loss;

import kinetone.common.Check;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.LevelTable;
import org.bytedeco.pytorch.Tensor;

/**
 * Min-SNR weighting for noise prediction, min(SNR, γ) / SNR with SNR = ᾱ / (1 − ᾱ) (Hang et al.
 * 2023). MDT and MDSGen: γ = 5. Clean positions weigh 0.
 */
public final class MinSnr implements PositionWeight {
  private final LevelTable weights;

  /** The weights of {@code schedule}. */
  public MinSnr(NoiseSchedule schedule, double gamma) {
    Check.that(gamma > 0, "min-SNR gamma = %s, must be positive", gamma);
    weights =
        new LevelTable(
            schedule.steps(),
            t -> {
              double ratio = schedule.alphaBar(t) / (1 - schedule.alphaBar(t));
              return t == 0 ? 0 : Math.min(ratio, gamma) / ratio;
            });
  }

  @Override
  public Tensor apply(Tensor errors, Tensor levels) {
    return errors.mul(weights.at(levels, errors));
  }
}
