package kinetone.diffusion.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import kinetone.common.KinetoneException;
import kinetone.diffusion.Goldens;
import kinetone.diffusion.NoiseSchedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
  @Test
  void schedules_match_the_references() {
    Goldens.assertMatches(alphaBars(new LinearBetaSchedule(1000)), "linear_1000");
    Goldens.assertMatches(alphaBars(new LinearBetaSchedule(250)), "linear_250");
    Goldens.assertMatches(alphaBars(new CosineSchedule(1000)), "cosine_1000");
    Goldens.assertMatches(
        alphaBars(new ScaledLinearBetaSchedule(1000, 0.00085, 0.012)), "scaled_linear_1000");
  }

  @Test
  void step_zero_is_clean_and_the_last_is_nearly_noise() {
    NoiseSchedule schedule = new LinearBetaSchedule(1000);
    assertThat(schedule.alphaBar(0)).isEqualTo(1);
    assertThat(schedule.signal(0)).isEqualTo(1);
    assertThat(schedule.noise(0)).isZero();
    assertThat(schedule.beta(1)).isEqualTo(1e-4);
    assertThat(schedule.alphaBar(1000)).isBetween(4.0e-5, 4.1e-5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"250;1000", "25;1000", "7;1000", "10,15,20;300", "ddim50;1000"})
  void respacing_keeps_the_steps_that_dit_keeps(String specification, int total) {
    float[] expected = Goldens.get("respaced_" + specification.replace(',', '_') + "_" + total);
    int[] actual = Respacing.of(specification, total).timesteps();
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isEqualTo((int) expected[i] + 1);
    }
  }

  @Test
  void sections_of_unequal_length_share_what_is_left_over() {
    // Ten steps in sections of four, three and three.
    assertThat(Respacing.sections(10, 1, 1, 1).timesteps()).containsExactly(1, 5, 8);
    assertThat(Respacing.sections(10, 2, 2, 2).timesteps()).containsExactly(1, 4, 5, 7, 8, 10);
    assertThat(Respacing.sections(10, 4, 3, 3).timesteps())
        .containsExactly(Respacing.all(10).timesteps());
    assertThat(Respacing.all(3).timesteps()).containsExactly(1, 2, 3);
    assertThatThrownBy(() -> Respacing.sections(10, 4, 4, 3))
        .hasMessageContaining("more than the 3");
  }

  @Test
  void respacing_refuses_what_it_cannot_do() {
    assertThatThrownBy(() -> Respacing.of("ddim1", 1000)).hasMessageContaining("integer stride");
    assertThat(Respacing.of("ddim1000", 1000).steps()).isEqualTo(1000);
    assertThatThrownBy(() -> Respacing.of("0", 1000)).hasMessageContaining("sampling steps");
    assertThatThrownBy(() -> Respacing.of("1001", 1000))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("1001");
    assertThatThrownBy(() -> Respacing.of("ddim333", 1000)).hasMessageContaining("integer stride");
    assertThatThrownBy(() -> Respacing.of("many", 1000)).hasMessageContaining("'many'");
  }

  @Test
  void between_steps_the_logarithm_of_the_signal_is_linear() {
    NoiseSchedule schedule = new LinearBetaSchedule(1000);
    LogSignal between = new LogSignal(schedule);
    assertThat(between.signal(400)).isCloseTo(schedule.signal(400), within());
    assertThat(between.noise(1000)).isCloseTo(schedule.noise(1000), within());
    assertThat(between.at(400.25))
        .isCloseTo(0.75 * between.at(400) + 0.25 * between.at(401), within());
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(1e-12);
  }

  private static float[] alphaBars(NoiseSchedule schedule) {
    float[] values = new float[schedule.steps()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) schedule.alphaBar(i + 1);
    }
    return values;
  }
}
