package kinetone.diffusion.schedule;

import kinetone.diffusion.NoiseSchedule;

/**
 * A discrete schedule read between its steps: log √ᾱ is linear in t (Lu et al. 2022, DPM-Solver,
 * appendix D).
 */
public final class LogSignal {
  private final double[] logs;

  /** Reads {@code schedule}. */
  public LogSignal(NoiseSchedule schedule) {
    logs = new double[schedule.steps() + 1];
    for (int t = 1; t < logs.length; t++) {
      logs[t] = 0.5 * Math.log(schedule.alphaBar(t));
    }
  }

  /** log √ᾱ_t for {@code t} in [0, T]. */
  public double at(double t) {
    int below = Math.max(0, Math.min((int) Math.floor(t), logs.length - 2));
    return logs[below] + (t - below) * (logs[below + 1] - logs[below]);
  }

  /** √ᾱ_t. */
  public double signal(double t) {
    return Math.exp(at(t));
  }

  /** √(1−ᾱ_t). */
  public double noise(double t) {
    return Math.sqrt(-Math.expm1(2 * at(t)));
  }

  /** λ_t = log(√ᾱ_t / √(1−ᾱ_t)), half the logarithm of the signal-to-noise ratio. */
  public double lambda(double t) {
    return at(t) - 0.5 * Math.log(-Math.expm1(2 * at(t)));
  }
}
