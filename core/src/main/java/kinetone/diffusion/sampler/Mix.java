package kinetone.diffusion.sampler;

import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseSchedule;
import org.bytedeco.pytorch.Scalar;

/** Linear combinations with one coefficient for all positions. */
final class Mix {
  private Mix() {}

  /** a·x + b·y. */
  static Latents of(double a, Latents x, double b, Latents y) {
    Scalar first = new Scalar(a);
    Scalar second = new Scalar(b);
    return x.zip(y, (p, q) -> p.mul(first).add(q, second));
  }

  /** x_0 from z_t and ε, t ≥ 1. */
  static Latents clean(NoiseSchedule schedule, int t, Latents noisy, Latents epsilon) {
    double signal = schedule.signal(t);
    return of(1 / signal, noisy, -schedule.noise(t) / signal, epsilon);
  }
}
