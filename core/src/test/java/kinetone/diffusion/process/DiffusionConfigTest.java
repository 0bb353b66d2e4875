package kinetone.diffusion.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.DiffusionConfig.Kind;
import kinetone.diffusion.process.DiffusionConfig.Schedule;
import kinetone.diffusion.schedule.CosineSchedule;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.schedule.ScaledLinearBetaSchedule;
import org.junit.jupiter.api.Test;

class DiffusionConfigTest {
  @Test
  void what_is_absent_is_avdits() {
    assertThat(DiffusionConfig.DDPM)
        .isEqualTo(
            new DiffusionConfig(Schedule.LINEAR, PredictionType.EPSILON, VarianceType.FIXED_SMALL));
    assertThat(DiffusionConfig.IDDPM)
        .isEqualTo(
            new DiffusionConfig(
                Schedule.LINEAR, PredictionType.EPSILON, VarianceType.LEARNED_RANGE));
    assertThat(DiffusionConfig.VELOCITY)
        .isEqualTo(
            new DiffusionConfig(
                Schedule.LINEAR, PredictionType.V_PREDICTION, VarianceType.FIXED_SMALL));
    assertThat(Schedule.LINEAR).isEqualTo(new Schedule(Kind.LINEAR, 1000, 1e-4, 0.02));
  }

  @Test
  void the_linear_schedule_is_bit_for_bit_the_one_of_the_papers() {
    assertSame(DiffusionConfig.DDPM.noiseSchedule(), new LinearBetaSchedule());
    assertSame(new Schedule(Kind.LINEAR, 1000, null, null).build(), new LinearBetaSchedule(1000));
    assertSame(new Schedule(Kind.LINEAR, 250, null, null).build(), new LinearBetaSchedule(250));
    assertThat(new Schedule(Kind.LINEAR, 1000, 1e-4, 0.021).build().alphaBar(1000))
        .isNotEqualTo(new LinearBetaSchedule().alphaBar(1000));
  }

  @Test
  void other_kinds_are_the_schedules_of_their_name() {
    assertSame(
        new Schedule(Kind.SCALED_LINEAR, 1000, 0.0015, 0.0195).build(),
        new ScaledLinearBetaSchedule(1000, 0.0015, 0.0195));
    assertSame(new Schedule(Kind.COSINE, 500, null, null).build(), new CosineSchedule(500));
  }

  private static void assertSame(NoiseSchedule actual, NoiseSchedule expected) {
    assertThat(actual.steps()).isEqualTo(expected.steps());
    for (int t = 0; t <= expected.steps(); t++) {
      assertThat(actual.alphaBar(t)).isEqualTo(expected.alphaBar(t));
      if (t > 0) {
        assertThat(actual.beta(t)).isEqualTo(expected.beta(t));
      }
    }
  }

  @Test
  void a_configuration_survives_json_and_yaml() throws IOException {
    for (DiffusionConfig config :
        List.of(
            DiffusionConfig.DDPM,
            DiffusionConfig.IDDPM,
            DiffusionConfig.VELOCITY,
            new DiffusionConfig(
                new Schedule(Kind.SCALED_LINEAR, 1000, 0.0015, 0.0195),
                PredictionType.V_PREDICTION,
                VarianceType.FIXED_LARGE),
            new DiffusionConfig(new Schedule(Kind.COSINE, 500, null, null), null, null))) {
      String json = Json.MAPPER.writeValueAsString(config);
      assertThat(Json.MAPPER.readValue(json, DiffusionConfig.class)).isEqualTo(config);
      String yaml = Json.YAML.writeValueAsString(config);
      assertThat(Json.YAML.readValue(yaml, DiffusionConfig.class)).isEqualTo(config);
    }
  }

  @Test
  void a_file_need_not_say_what_is_usual() throws IOException {
    assertThat(read("{}")).isEqualTo(DiffusionConfig.DDPM);
    assertThat(read("{prediction: V_PREDICTION}")).isEqualTo(DiffusionConfig.VELOCITY);
    assertThat(read("{variance: LEARNED_RANGE}")).isEqualTo(DiffusionConfig.IDDPM);
    assertThat(read("{schedule: {kind: LINEAR, steps: 1000}}")).isEqualTo(DiffusionConfig.DDPM);
    assertThatThrownBy(() -> read("{schedule: {kind: LINEAR}}")).hasMessageContaining("steps");
    assertThatThrownBy(() -> read("{schedule: {steps: 1000}}")).hasMessageContaining("kind");
    assertThatThrownBy(() -> read("{predictions: EPSILON}")).hasMessageContaining("predictions");
  }

  private static DiffusionConfig read(String yaml) throws IOException {
    return Json.YAML.readValue(yaml, DiffusionConfig.class);
  }

  @Test
  void values_out_of_range_are_refused_with_the_rule() {
    refused(null, 1000, null, null, "schedule.kind is missing");
    refused(Kind.LINEAR, 1, null, null, "schedule.steps = 1");
    refused(Kind.COSINE, 100_001, null, null, "between 2");
    refused(Kind.LINEAR, 1000, 0.0, null, "schedule from beta 0.0 to 0.02");
    refused(Kind.LINEAR, 1000, 0.03, null, "schedule from beta 0.03 to 0.02");
    refused(Kind.SCALED_LINEAR, 1000, null, 1.0, "must rise between 0 and 1");
    refused(Kind.LINEAR, 1000, Double.NaN, null, "schedule from beta NaN");
    refused(Kind.LINEAR, 10, null, null, "schedule.steps = 10");
    refused(Kind.COSINE, 1000, 1e-4, null, "schedule COSINE has no betaStart");
  }

  private static void refused(Kind kind, int steps, Double start, Double end, String message) {
    assertThatThrownBy(() -> new Schedule(kind, steps, start, end))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message);
  }
}
