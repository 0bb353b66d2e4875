package kinetone.diffusion.schedule;

import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.diffusion.NoiseSchedule;

/** A schedule given by β_1..β_T, tabulated in double precision. */
public abstract class TabulatedSchedule implements NoiseSchedule {
  private final double[] betas;
  private final double[] alphaBars;

  /**
   * Tabulates ᾱ_t = Π (1 − β_i).
   *
   * @param betas β_1..β_T, each in (0, 1)
   */
  protected TabulatedSchedule(double[] betas) {
    Check.atLeast("diffusion steps", betas.length, 1);
    this.betas = betas.clone();
    alphaBars = new double[betas.length + 1];
    alphaBars[0] = 1;
    for (int i = 0; i < betas.length; i++) {
      Check.that(betas[i] > 0 && betas[i] < 1, "beta %s is not between 0 and 1", betas[i]);
      alphaBars[i + 1] = alphaBars[i] * (1 - betas[i]);
    }
  }

  @Override
  public final int steps() {
    return betas.length;
  }

  @Override
  public final double alphaBar(int t) {
    return alphaBars[t];
  }

  @Override
  public final double beta(int t) {
    if (t < 1) {
      throw KinetoneException.internal("beta is defined for timesteps from 1, not %d", t);
    }
    return betas[t - 1];
  }
}
