package kinetone.diffusion.sampler;

import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.process.SelfConditioning;
import org.bytedeco.pytorch.global.torch;

/**
 * The state of one sampling run: z, the estimate of x_0 that the network is told, and the rule that
 * given positions never change.
 */
final class Trajectory implements AutoCloseable {
  private final SamplingRequest request;
  private final CarriedLatents noisy;
  private final CarriedLatents estimate;

  /** Starts from noise at generated positions. */
  Trajectory(SamplingRequest request) {
    this.request = request;
    Latents given = request.given();
    // Noise is drawn for given positions too: what is generated must not depend on the task's
    // shape.
    noisy = new CarriedLatents(request.mask().select(request.noise().like(given), given));
    estimate = new CarriedLatents(request.mask().select(given.map(torch::zeros_like), given));
  }

  Latents noisy() {
    return noisy.get();
  }

  /** Asks the network about the present state at step {@code t}. */
  Denoiser.Prediction predict(int t) {
    return predict(request.mask().levels(t, request.given()));
  }

  /** Asks the network about the present state at a time between two steps. */
  Denoiser.Prediction predict(double t) {
    return predict(request.mask().fractionalLevels(t, request.given()));
  }

  private Denoiser.Prediction predict(NoiseLevels levels) {
    Conditions conditions = request.conditions();
    if (request.selfConditioning().enabled()) {
      conditions = conditions.withSelfConditioning(estimate.get());
    }
    return request.denoiser().predict(noisy.get(), levels, conditions);
  }

  /** Moves generated positions to {@code next}; {@code clean} is the estimate of x_0 behind it. */
  void advance(Latents next, Latents clean) {
    SelfConditioning selfConditioning = request.selfConditioning();
    if (selfConditioning.enabled()) {
      estimate.advance(request.mask().select(selfConditioning.clamp(clean), request.given()));
    }
    noisy.advance(request.mask().select(next, request.given()));
  }

  @Override
  public void close() {
    noisy.close();
    estimate.close();
  }
}
