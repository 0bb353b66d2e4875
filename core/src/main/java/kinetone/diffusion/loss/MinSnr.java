package kinetone.diffusion.loss;

import kinetone.common.Check;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.Positions;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * Min-SNR weighting for noise prediction, min(SNR, γ) / SNR with SNR = ᾱ / (1 − ᾱ) (Hang et al.
 * 2023). MDT and MDSGen: γ = 5. Clean positions weigh 0.
 */
public final class MinSnr implements PositionWeight {
  private final float[] weights;

  /** The weights of {@code schedule}. */
  public MinSnr(NoiseSchedule schedule, double gamma) {
    Check.that(gamma > 0, "min-SNR gamma = %s, must be positive", gamma);
    weights = new float[schedule.steps() + 1];
    for (int t = 1; t < weights.length; t++) {
      double ratio = schedule.alphaBar(t) / (1 - schedule.alphaBar(t));
      weights[t] = (float) (Math.min(ratio, gamma) / ratio);
    }
  }

  @Override
  public Tensor apply(Tensor errors, Tensor levels) {
    Tensor table = Tensors.of(weights, weights.length).to(errors.device(), errors.scalar_type());
    Tensor weight = table.index_select(0, levels.flatten()).view(levels.shape());
    return errors.mul(Positions.broadcast(weight, errors));
  }
}
