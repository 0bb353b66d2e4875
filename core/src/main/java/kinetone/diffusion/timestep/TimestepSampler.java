package kinetone.diffusion.timestep;

import kinetone.diffusion.NoiseLevels;
import kinetone.tensor.Rng;

/** Draws the timestep vector t(m, n) of training examples. */
@FunctionalInterface
public interface TimestepSampler {
  /**
   * Draws the timesteps of {@code batch} examples: int64 (B, time) per modality, in 1..T where
   * there is noise and 0 where the latent is clean, on the CPU.
   */
  NoiseLevels sample(long batch, Rng rng);
}
