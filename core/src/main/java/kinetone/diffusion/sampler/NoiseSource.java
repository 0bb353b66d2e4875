package kinetone.diffusion.sampler;

import kinetone.diffusion.Latents;

/** Where samplers and guidance take standard normal noise from. */
@FunctionalInterface
public interface NoiseSource {
  /** Fresh noise in the shapes, dtypes and devices of {@code latents}. */
  Latents like(Latents latents);
}
