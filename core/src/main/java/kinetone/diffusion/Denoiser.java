package kinetone.diffusion;

import java.util.Optional;

/**
 * The learned part of a diffusion model, as samplers, guidance and losses see it: a function from
 * noisy latents z_t and their noise levels to a prediction of the noise ε.
 */
@FunctionalInterface
public interface Denoiser {
  /**
   * Predicts the noise in {@code noisy}.
   *
   * @param noisy z_t, layout (B, time, ..., C) per modality
   * @param levels t(m, n), int64 (or float32 between steps), (B, time) per modality; 0 means clean
   * @param conditions what else the network is told
   * @return the prediction, in the shapes of {@code noisy}
   */
  Prediction predict(Latents noisy, NoiseLevels levels, Conditions conditions);

  /**
   * What the network says.
   *
   * @param noise ε̂, in the shapes of the noisy latents
   * @param variance the raw variance output v in [−1, 1] of learned-range networks (Nichol and
   *     Dhariwal 2021), in the same shapes
   */
  record Prediction(Latents noise, Optional<Latents> variance) {
    /** A prediction without learned variance. */
    public static Prediction ofNoise(Latents noise) {
      return new Prediction(noise, Optional.empty());
    }
  }
}
