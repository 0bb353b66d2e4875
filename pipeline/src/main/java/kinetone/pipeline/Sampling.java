package kinetone.pipeline;

import kinetone.diffusion.Denoiser;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.sampler.Sampler;

/**
 * How one clip is denoised.
 *
 * @param denoiser predicts the noise, with all guidance around it
 * @param sampler solves the reverse process
 * @param selfConditioning whether the network hears its previous estimate
 */
public record Sampling(Denoiser denoiser, Sampler sampler, SelfConditioning selfConditioning) {
  /** Without self-conditioning. */
  public Sampling(Denoiser denoiser, Sampler sampler) {
    this(denoiser, sampler, SelfConditioning.NONE);
  }
}
