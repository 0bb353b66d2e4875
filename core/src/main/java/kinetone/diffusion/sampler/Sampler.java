package kinetone.diffusion.sampler;

import kinetone.diffusion.Latents;

/** Solves the reverse process from noise to clean latents. Stateless; may be used many times. */
@FunctionalInterface
public interface Sampler {
  /**
   * Samples. Given positions come back bit for bit. Gradients are off; native memory does not grow
   * over the steps.
   *
   * @return clean latents in the shapes of {@code request.given()}, handed to the scope that the
   *     caller has open (without one the caller owns a reference to each)
   */
  Latents sample(SamplingRequest request);
}
