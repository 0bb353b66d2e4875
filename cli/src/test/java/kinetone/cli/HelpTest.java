package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What {@code --help} says: whole sentences, lines as they were meant, every default. */
class HelpTest {
  private static final int WIDTH = 80;

  static Stream<CommandSpec> commands() {
    List<CommandSpec> all = new ArrayList<>();
    collect(Main.commandLine(), all);
    return all.stream();
  }

  private static void collect(CommandLine line, List<CommandSpec> all) {
    all.add(line.getCommandSpec());
    line.getSubcommands().values().stream()
        .filter(command -> !command.getCommandName().equals("help"))
        .forEach(command -> collect(command, all));
  }

  /** The first entry is all that the list of commands shows. */
  @ParameterizedTest
  @MethodSource("commands")
  void texts_are_whole_sentences_and_examples_fit_a_line(CommandSpec command) {
    String[] description = command.usageMessage().description();
    assertThat(description).isNotEmpty();
    assertThat(description[0]).endsWith(".");
    Stream.concat(Arrays.stream(description), Arrays.stream(command.usageMessage().footer()))
        .filter(entry -> !entry.isEmpty())
        .forEach(
            entry -> {
              if (entry.startsWith("  ")) {
                assertThat(entry).hasSizeLessThanOrEqualTo(WIDTH);
              } else {
                assertThat(entry).matches("(?s).*[.:]");
              }
            });
  }

  @ParameterizedTest
  @MethodSource("commands")
  void options_are_described_in_sentences(CommandSpec command) {
    for (OptionSpec option : command.options()) {
      assertThat(option.description()).as(option.longestName()).isNotEmpty();
      for (String entry : option.description()) {
        assertThat(entry).as(option.longestName()).matches("(?s).*[.:)}]");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void the_same_defaults_of_device_and_precision_are_shown_everywhere(CommandSpec command) {
    requireDefault(command, "--device", "auto");
    requireDefault(command, "--precision", "fp32");
  }

  private static void requireDefault(CommandSpec command, String name, String value) {
    OptionSpec option = command.findOption(name);
    if (option != null) {
      assertThat(option.defaultValue()).isEqualTo(value);
      assertThat(String.join(" ", option.description())).contains("(default: " + value + ")");
    }
  }

  /** Benches name what they sample with as generate does. */
  @ParameterizedTest
  @MethodSource("commands")
  void settings_of_sampling_have_one_name(CommandSpec command) {
    for (String name : List.of("--guidance", "--sampling-steps", "--inference-steps")) {
      assertThat(command.findOption(name)).as(name).isNull();
    }
    for (OptionSpec option : command.options()) {
      if (option.longestName().equals("--steps")) {
        assertThat(option.description()[0]).containsAnyOf("Training", "Measured steps");
      }
    }
  }

  @Test
  void commands_that_compute_take_a_device() {
    for (String name : List.of("generate", "demo", "prepare", "train")) {
      assertThat(
              Main.commandLine().getSubcommands().get(name).getCommandSpec().findOption("--device"))
          .as(name)
          .isNotNull();
    }
  }
}
