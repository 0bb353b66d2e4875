package kinetone.diffusion.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import kinetone.diffusion.Fixtures;
import kinetone.diffusion.Goldens;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProcessTest {
  private final NoiseSchedule schedule = new LinearBetaSchedule(1000);
  private final ForwardProcess process = new ForwardProcess(schedule);
  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private Latents golden(String name) {
    return Fixtures.audio(Goldens.get(name), 1, 4, 3);
  }

  /** Every time position has its own timestep; {@code offset} 1 is DiT's index plus one. */
  private static NoiseLevels levels(int offset) {
    float[] index = Goldens.get("q_t");
    long[] t = new long[index.length];
    for (int i = 0; i < t.length; i++) {
      t[i] = (long) index[i] + offset;
    }
    return NoiseLevels.of(Map.of(Modality.AUDIO, Tensors.of(t, 1, t.length)));
  }

  @Test
  void every_position_is_noised_to_its_own_level_as_in_dit() {
    Latents noisy = process.q(golden("q_clean"), golden("q_noise"), levels(1));
    Goldens.assertMatches(noisy.audio(), "q_noisy");
    Latents wrong = process.q(golden("q_clean"), golden("q_noise"), levels(0));
    Goldens.assertDiffers(wrong.audio(), "q_noisy");
  }

  @Test
  void the_posterior_is_that_of_dit() {
    Posterior posterior = new Posterior(schedule);
    Latents noisy = golden("q_noisy");
    Goldens.assertMatches(posterior.mean(golden("q_clean"), noisy, levels(1)).audio(), "q_mean");
    Goldens.assertMatches(
        posterior
            .logVariance(levels(1).get(Modality.AUDIO), noisy.audio())
            .expand_as(noisy.audio()),
        "q_log_variance");
    Goldens.assertDiffers(posterior.mean(golden("q_clean"), noisy, levels(0)).audio(), "q_mean");
  }

  @Test
  void the_noise_gives_back_the_clean_latents() {
    Latents noisy = process.q(golden("q_clean"), golden("q_noise"), levels(1));
    Latents clean = process.clean(noisy, golden("q_noise"), levels(1));
    assertThat(Goldens.error(Tensors.toFloats(clean.audio()), "q_clean")).isLessThan(1e-3);
  }

  @Test
  void level_zero_leaves_latents_as_they_are_bit_for_bit() {
    Latents clean = golden("q_clean");
    NoiseLevels zero = NoiseLevels.of(Map.of(Modality.AUDIO, Tensors.of(new long[4], 1, 4)));
    Latents noisy = process.q(clean, golden("q_noise"), zero);
    assertThat(Fixtures.identical(noisy, clean)).isTrue();
    assertThat(Fixtures.identical(process.clean(noisy, golden("q_noise"), zero), clean)).isTrue();
    assertThat(
            Fixtures.identical(new Posterior(schedule).mean(clean, golden("q_noise"), zero), clean))
        .isTrue();
  }
}
