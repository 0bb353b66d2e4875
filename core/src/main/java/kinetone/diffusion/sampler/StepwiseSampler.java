package kinetone.diffusion.sampler;

import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.schedule.Respacing;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;

/** A sampler that goes through discrete timesteps by a rule that looks at one step only. */
public abstract class StepwiseSampler implements Sampler {
  private final NoiseSchedule schedule;
  private final Respacing respacing;

  /** Visits the steps of {@code respacing} and then 0. */
  protected StepwiseSampler(NoiseSchedule schedule, Respacing respacing) {
    this.schedule = schedule;
    this.respacing = respacing;
  }

  /**
   * What a step gives.
   *
   * @param next z at the lower timestep
   * @param clean the estimate of x_0
   */
  public record Step(Latents next, Latents clean) {}

  /**
   * Goes from timestep {@code from} ≥ 1 to {@code to} ≥ 0. A differentiable function of the noisy
   * latents and the prediction.
   */
  public abstract Step step(
      Latents noisy, Denoiser.Prediction prediction, int from, int to, NoiseSource noise);

  /** The noise schedule. */
  public final NoiseSchedule schedule() {
    return schedule;
  }

  /** The timesteps visited. */
  public final Respacing respacing() {
    return respacing;
  }

  @Override
  public final Latents sample(SamplingRequest request) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Trajectory trajectory = new Trajectory(request)) {
      int steps = respacing.steps();
      for (int done = 0; done < steps; done++) {
        request.listener().progress(done, steps);
        int i = steps - 1 - done;
        int from = respacing.timestep(i);
        try (TensorScope turn = TensorScope.open()) {
          Denoiser.Prediction prediction = trajectory.predict(from);
          Step step =
              step(trajectory.noisy(), prediction, from, respacing.previous(i), request.noise());
          trajectory.advance(step.next(), step.clean());
        }
      }
      request.listener().progress(steps, steps);
      return trajectory.noisy().map(scope::keep);
    }
  }
}
