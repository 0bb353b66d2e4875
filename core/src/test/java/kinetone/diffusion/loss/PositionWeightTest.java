package kinetone.diffusion.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.ForwardProcess;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What noise levels weigh, and which positions count. */
class PositionWeightTest {
  private static final NoiseSchedule SCHEDULE = new LinearBetaSchedule(1000);
  private static final long[] LEVELS = {0, 1, 200, 1000};
  private static final float[] CLEAN = {0.3f, 0.25f, -0.9f, 0.4f};
  private static final float[] NOISE = {1.1f, -0.4f, 0.3f, -1.3f};
  private static final float[] GUESS = {0.6f, -0.1f, 0.5f, -0.8f};

  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Tensor row(float[] values) {
    return Tensors.of(values, 1, values.length, 1);
  }

  private static Latents audio(float[] values) {
    return Latents.of(Map.of(Modality.AUDIO, row(values)));
  }

  private static NoiseLevels levels() {
    return NoiseLevels.of(Map.of(Modality.AUDIO, Tensors.of(LEVELS, 1, LEVELS.length)));
  }

  private static DenoisingLoss.Value loss(Counted counted, PositionWeight weight) {
    NoiseLevels levels = levels();
    Latents noisy = new ForwardProcess(SCHEDULE).q(audio(CLEAN), audio(NOISE), levels);
    return new NoiseLoss(Weighting.ALL_ELEMENTS, counted, weight)
        .of(
            new DenoisingLoss.Sample(audio(CLEAN), audio(NOISE), noisy, levels),
            Denoiser.Prediction.ofNoise(audio(GUESS)));
  }

  private static double square(int i) {
    return Math.pow(GUESS[i] - NOISE[i], 2);
  }

  /** v = √ᾱ ε − √(1−ᾱ) x_0, and v̂ what a network means whose noise is ε̂ at the same z. */
  @Test
  void weighted_errors_of_the_noise_are_errors_of_the_velocity() {
    float[] weighted =
        Tensors.toFloats(
            new VelocityWeight(SCHEDULE)
                .apply(row(GUESS).sub(row(NOISE)).square(), levels().get(Modality.AUDIO)));
    assertThat(weighted[0]).as("clean").isZero();
    for (int i = 1; i < 4; i++) {
      double signal = SCHEDULE.signal((int) LEVELS[i]);
      double noise = SCHEDULE.noise((int) LEVELS[i]);
      double z = signal * CLEAN[i] + noise * NOISE[i];
      double velocity = signal * NOISE[i] - noise * CLEAN[i];
      double guessed = signal * GUESS[i] - noise * (z - noise * GUESS[i]) / signal;
      double expected = Math.pow(guessed - velocity, 2);
      assertThat((double) weighted[i]).isCloseTo(expected, within(1e-4 * expected));
    }
  }

  @Test
  void noisy_positions_share_the_loss_among_themselves() {
    double noisy = (square(1) + square(2) + square(3)) / 3;
    double all = (square(0) + square(1) + square(2) + square(3)) / 4;
    DenoisingLoss.Value counted = loss(Counted.NOISY, PositionWeight.NONE);
    assertThat(counted.total().item_double()).isCloseTo(noisy, within(1e-6));
    assertThat(counted.parts().get("audio").item_double()).isCloseTo(noisy, within(1e-6));
    assertThat(loss(Counted.ALL, PositionWeight.NONE).total().item_double())
        .isCloseTo(all, within(1e-6));
  }

  @Test
  void weights_leave_the_number_of_positions_as_it_is() {
    // γ = 5: SNR is below at the levels 200 (2.03) and 1000.
    double ratio = SCHEDULE.alphaBar(1) / (1 - SCHEDULE.alphaBar(1));
    assertThat(SCHEDULE.alphaBar(200) / (1 - SCHEDULE.alphaBar(200))).isLessThan(5);
    double minSnr = 5 / ratio * square(1) + square(2) + square(3);
    MinSnr weight = new MinSnr(SCHEDULE, 5);
    assertThat(loss(Counted.NOISY, weight).total().item_double())
        .isCloseTo(minSnr / 3, within(1e-6));
    assertThat(loss(Counted.ALL, weight).total().item_double()).isCloseTo(minSnr / 4, within(1e-6));
    double velocity = 0;
    for (int i = 1; i < 4; i++) {
      velocity += square(i) / SCHEDULE.alphaBar((int) LEVELS[i]);
    }
    assertThat(loss(Counted.NOISY, new VelocityWeight(SCHEDULE)).total().item_double())
        .isCloseTo(velocity / 3, within(1e-4 * velocity));
  }

  @Test
  void a_larger_gamma_spares_more_levels() {
    double ratio = SCHEDULE.alphaBar(1) / (1 - SCHEDULE.alphaBar(1));
    Tensor ones = row(new float[] {1, 1, 1, 1});
    Tensor t = levels().get(Modality.AUDIO);
    assertThat(Tensors.toFloats(new MinSnr(SCHEDULE, 2 * ratio).apply(ones, t)))
        .containsExactly(0, 1, 1, 1);
    float[] small = Tensors.toFloats(new MinSnr(SCHEDULE, 1).apply(ones, t));
    double at200 = SCHEDULE.alphaBar(200) / (1 - SCHEDULE.alphaBar(200));
    assertThat((double) small[2]).isCloseTo(1 / at200, within(1e-6));
    assertThat(small[3]).isEqualTo(1);
    for (double gamma : new double[] {0, -1}) {
      assertThatThrownBy(() -> new MinSnr(SCHEDULE, gamma))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("gamma");
    }
  }

  @Test
  void no_weight_changes_nothing() {
    Tensor errors = row(GUESS);
    assertThat(PositionWeight.NONE.apply(errors, levels().get(Modality.AUDIO))).isSameAs(errors);
  }
}
