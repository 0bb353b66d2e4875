package kinetone.diffusion.sampler;

import kinetone.common.Check;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.schedule.LogSignal;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;

/**
 * DPM-Solver++(2M) (Lu et al. 2022, algorithm 2) in data prediction form on a discrete schedule
 * with evenly spaced times from T to 1, as in the authors' code with {@code
 * skip_type="time_uniform"} and {@code order=2}. The network is evaluated once a step, at times
 * between its training steps: the noise levels it sees are float32. MDSGen: 25 steps. Where the end
 * of a schedule is cut off (cosine), the network is told the true timesteps; the authors' code
 * stretches the rest over all of them.
 */
public final class DpmSolverPlusPlus2M implements Sampler {
  /** Below this half log-SNR the authors' code cuts the schedule off. */
  private static final double LOWEST_LAMBDA = -5.1;

  /** With fewer steps than this the last one is of first order. */
  private static final int FEW_STEPS = 10;

  private final LogSignal schedule;
  private final double[] times;

  /**
   * A solver.
   *
   * @param schedule the discrete schedule
   * @param steps number of steps, which is the number of network evaluations; at least 2
   */
  public DpmSolverPlusPlus2M(NoiseSchedule schedule, int steps) {
    Check.atLeast("sampling steps", steps, 2);
    this.schedule = new LogSignal(schedule);
    int last = schedule.steps();
    while (last > 1 && this.schedule.lambda(last) < LOWEST_LAMBDA) {
      last--;
    }
    times = new double[steps + 1];
    for (int i = 0; i <= steps; i++) {
      times[i] = last + (1.0 - last) * i / steps;
    }
  }

  @Override
  public Latents sample(SamplingRequest request) {
    int steps = times.length - 1;
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Trajectory trajectory = new Trajectory(request);
        CarriedLatents previous = new CarriedLatents(trajectory.noisy())) {
      for (int i = 0; i < steps; i++) {
        request.listener().progress(i, steps);
        boolean first = i == 0 || (steps < FEW_STEPS && i == steps - 1);
        try (TensorScope turn = TensorScope.open()) {
          Latents noisy = trajectory.noisy();
          Latents epsilon = trajectory.predict(times[i]).noise();
          double signal = schedule.signal(times[i]);
          Latents clean = Mix.of(1 / signal, noisy, -schedule.noise(times[i]) / signal, epsilon);
          Latents direction = first ? clean : extrapolate(clean, previous.get(), i);
          trajectory.advance(update(noisy, direction, i), clean);
          previous.advance(clean);
        }
      }
      request.listener().progress(steps, steps);
      return trajectory.noisy().map(scope::keep);
    }
  }

  /** x_0 at the middle of the next step, from this and the previous estimate. */
  private Latents extrapolate(Latents clean, Latents previous, int i) {
    double h = step(i);
    double r = step(i - 1) / h;
    return Mix.of(1 + 1 / (2 * r), clean, -1 / (2 * r), previous);
  }

  /** z ← (σ_t/σ_s) z − √ᾱ_t (e^{−h} − 1) D. */
  private Latents update(Latents noisy, Latents direction, int i) {
    double from = times[i];
    double to = times[i + 1];
    return Mix.of(
        schedule.noise(to) / schedule.noise(from),
        noisy,
        -schedule.signal(to) * Math.expm1(-step(i)),
        direction);
  }

  private double step(int i) {
    return schedule.lambda(times[i + 1]) - schedule.lambda(times[i]);
  }
}
