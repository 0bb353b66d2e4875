package kinetone.diffusion.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Fixtures;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.junit.jupiter.api.Test;

class VelocityPredictionTest {
  private static final NoiseSchedule SCHEDULE = new LinearBetaSchedule(1000);

  /** ε = √ᾱ_t v + √(1−ᾱ_t) z at both ends of the table and between. */
  @Test
  void the_noise_follows_from_the_velocity_at_the_first_and_the_last_level_too() {
    try (TensorScope scope = TensorScope.open()) {
      Denoiser velocity =
          (noisy, levels, conditions) ->
              Denoiser.Prediction.ofNoise(noisy.map(z -> z.mul(new Scalar(-2.0))));
      Denoiser noise = new VelocityPrediction(velocity, SCHEDULE);
      long[] levels = {0, 1, 2, 999, 1000};
      Latents z = Fixtures.audio(new float[] {1, 1, 1, 1, 1}, 1, 5, 1);
      float[] actual =
          Tensors.toFloats(
              noise
                  .predict(
                      z,
                      NoiseLevels.of(Map.of(Modality.AUDIO, Tensors.of(levels, 1, 5))),
                      Conditions.NONE)
                  .noise()
                  .audio());
      for (int i = 0; i < 5; i++) {
        int t = (int) levels[i];
        double expected = -2 * SCHEDULE.signal(t) + SCHEDULE.noise(t);
        assertThat((double) actual[i]).as("t = %s", t).isCloseTo(expected, within(1e-5));
      }
    }
  }
}
