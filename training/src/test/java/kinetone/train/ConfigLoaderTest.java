package kinetone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import kinetone.tensor.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
  private static final String GOOD =
      """
      steps: 100
      seed: 3
      optimizer:
        learningRate: 0.001
      """;

  @TempDir Path folder;

  private TrainerConfig load(String yaml, String... overrides) {
    try {
      Path file = folder.resolve("train.yaml");
      Files.writeString(file, yaml);
      return ConfigLoader.load(file, List.of(overrides), TrainerConfig.class);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void absent_options_take_the_defaults_of_the_record() {
    assertThat(load(GOOD))
        .isEqualTo(
            TrainerConfig.of(100, 3, new OptimizerConfig(null, 1e-3, null, null, null, null)));
  }

  @Test
  void overrides_reach_nested_options_present_or_not() {
    TrainerConfig config =
        load(
            GOOD,
            "steps=7",
            "optimizer.betas=[0.9, 0.95]",
            "ema.decay=0.99",
            "schedule.shape=cosine",
            "precision=bf16",
            "phases.disc.learningRate=2e-4");
    assertThat(config.steps()).isEqualTo(7);
    assertThat(config.precision()).isEqualTo(Precision.BF16);
    assertThat(config.schedule()).isEqualTo(LearningRate.cosine(0, 0));
    assertThat(config.optimizer().betas()).containsExactly(0.9, 0.95);
    assertThat(config.ema()).isEqualTo(new Ema.Config(0.99, true));
    assertThat(config.optimizer("disc").learningRate()).isEqualTo(2e-4);
    assertThat(config.optimizer("other")).isEqualTo(config.optimizer());
  }

  @Test
  void what_is_written_reads_back_equal() throws IOException {
    TrainerConfig config = load(GOOD, "ema.decay=0.99", "maxMinutes=2.5");
    assertThat(load(Json.YAML.writeValueAsString(config))).isEqualTo(config);
  }

  @Test
  void the_optimiser_is_adamw_unless_adan_is_asked_for() throws IOException {
    assertThat(load(GOOD).optimizer().kind()).isEqualTo(OptimizerConfig.Kind.ADAMW);
    assertThat(Json.YAML.writeValueAsString(load(GOOD))).doesNotContain("noProx");
    TrainerConfig config = load(GOOD, "optimizer.kind=adan", "optimizer.noProx=true");
    assertThat(config.optimizer().betas()).containsExactly(0.98, 0.92, 0.99);
    assertThat(config.optimizer().noProx()).isTrue();
    assertThat(load(Json.YAML.writeValueAsString(config))).isEqualTo(config);
    refuses("noProx is an option of ADAN", GOOD, "optimizer.noProx=true");
  }

  private void refuses(String part, String yaml, String... overrides) {
    assertThatThrownBy(() -> load(yaml, overrides))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(part)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void an_unknown_option_is_named_with_the_nearest_known_one() {
    refuses("unknown option 'stepz'; did you mean 'steps'?", GOOD + "stepz: 1\n");
    refuses(
        "unknown option 'optimizer.learningrate'; did you mean 'learningRate'?",
        GOOD,
        "optimizer.learningrate=1");
  }

  @Test
  void an_override_without_a_value_is_no_override() {
    refuses("override 'steps=' has no value", GOOD, "steps=");
    refuses("override 'nonsense=' has no value", GOOD, "nonsense=");
    refuses("override 'optimizer.nonsense= ' has no value", GOOD, "optimizer.nonsense= ");
    assertThat(load(GOOD, "ema=null")).isEqualTo(load(GOOD));
  }

  @Test
  void an_option_that_stands_twice_or_a_fraction_for_a_whole_number() {
    refuses("steps", GOOD + "steps: 7\n");
    refuses("steps", GOOD, "steps=7.5");
    refuses("steps = 2000000000, must be between 1 and 1000000000", GOOD, "steps=2000000000");
  }

  @Test
  void a_missing_wrong_or_impossible_value_is_named() {
    refuses("option 'steps' must be given", "seed: 1\noptimizer: {learningRate: 1}\n");
    refuses("optimizer is missing", "seed: 1\nsteps: 1\n");
    refuses("at 'steps'", GOOD, "steps=many");
    refuses("precision", GOOD, "precision=fp8");
    refuses("steps = 0, must be between 1 and 1000000000", GOOD, "steps=0");
    refuses("ema decay = 1.5", GOOD, "ema.decay=1.5");
    refuses("line 2", "steps: 1\n  seed: : 3\n");
    refuses("is not of the form", GOOD, "steps");
    refuses("'steps' is a value", GOOD, "steps.x=1");
  }
}
