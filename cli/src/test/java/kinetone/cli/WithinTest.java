package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Numbers of the command line have ceilings, which are looked at before anything begins. */
class WithinTest {
  private static final List<Class<?>> NUMBERS =
      List.of(int.class, long.class, double.class, Integer.class, Long.class, Double.class);

  @ParameterizedTest
  @MethodSource("kinetone.cli.HelpTest#commands")
  void every_numeric_option_has_a_range_but_seeds(CommandSpec command) {
    for (OptionSpec option : command.options()) {
      if (option.userObject() instanceof Field field
          && NUMBERS.contains(field.getType())
          && !option.longestName().endsWith("seed")) {
        assertThat(field.isAnnotationPresent(Within.class))
            .as("%s of %s has no range", option.longestName(), command.qualifiedName())
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "generate --threads 10000",
        "generate --num-variants 1000000000",
        "generate --start 1e12",
        "prepare --scenes 1 --out x --batch 1000000000",
        "prepare --scenes 1 --out x --loader-threads 100000",
        "prepare --scenes 1 --out x --width 30000",
        "scenes --width 30000",
        "scenes --count 0",
        "scenes --frames 2000000000",
        "scenes --fps 1e-300",
        "bench denoiser --batch 1000000000",
      })
  void numbers_beyond_all_use_are_refused_before_anything_begins(String line) {
    Captured run = Captured.run(line.split(" "));
    assertThat(run.status()).as(run.err().toString()).isEqualTo(2);
    assertThat(run.err())
        .singleElement()
        .asString()
        .containsAnyOf("must be between", "at most", "of memory");
  }

  @Test
  void sizes_that_are_possible_one_by_one_are_told_with_the_memory_that_they_need() {
    Captured run = Captured.run("scenes", "--width=8192", "--height=8192", "--frames=17");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).singleElement().asString().contains("3.2 GiB", "at most 2.0 GiB");
    run =
        Captured.run(
            ("prepare --scenes 1 --out x --width 4096 --height 4096 --batch 60000 --video-codec y"
                    + " --audio-codec z")
                .split(" "));
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).singleElement().asString().contains("of memory", "--batch");
  }
}
