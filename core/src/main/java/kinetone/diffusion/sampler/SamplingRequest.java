package kinetone.diffusion.sampler;

import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.task.TaskMask;

/**
 * What to sample.
 *
 * @param denoiser predicts the noise, with all guidance already around it
 * @param given (B, time, ..., C) standardised latents: the clean values at given positions,
 *     anything at generated ones
 * @param mask which positions are generated
 * @param noise the source of the initial noise and of the noise of ancestral steps
 * @param conditions what else the network is told, without self-conditioning
 * @param selfConditioning whether the network is told the previous estimate of x_0
 * @param listener told about progress
 */
public record SamplingRequest(
    Denoiser denoiser,
    Latents given,
    TaskMask mask,
    NoiseSource noise,
    Conditions conditions,
    SelfConditioning selfConditioning,
    SamplingListener listener) {
  /** A request without further conditions, self-conditioning and listener. */
  public static SamplingRequest of(
      Denoiser denoiser, Latents given, TaskMask mask, NoiseSource noise) {
    return new SamplingRequest(
        denoiser,
        given,
        mask,
        noise,
        Conditions.NONE,
        SelfConditioning.NONE,
        SamplingListener.NONE);
  }

  /** The same request with other latents given, and other positions generated. */
  public SamplingRequest withGiven(Latents other, TaskMask otherMask) {
    return new SamplingRequest(
        denoiser, other, otherMask, noise, conditions, selfConditioning, listener);
  }

  /** The same request with another denoiser. */
  public SamplingRequest withDenoiser(Denoiser other) {
    return new SamplingRequest(other, given, mask, noise, conditions, selfConditioning, listener);
  }

  /** The same request with other conditions. */
  public SamplingRequest withConditions(Conditions other) {
    return new SamplingRequest(denoiser, given, mask, noise, other, selfConditioning, listener);
  }

  /** The same request with another self-conditioning. */
  public SamplingRequest withSelfConditioning(SelfConditioning other) {
    return new SamplingRequest(denoiser, given, mask, noise, conditions, other, listener);
  }

  /** The same request with another listener. */
  public SamplingRequest withListener(SamplingListener other) {
    return new SamplingRequest(denoiser, given, mask, noise, conditions, selfConditioning, other);
  }
}
