package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kinetone.common.KinetoneException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Option<Integer> COUNT = Option.integer("some_count", 5, 1, 9, "How many.");
  private static final Option<Double> SHARE = Option.number("share", 0.5, -1, 2.5, "How much.");
  private static final Option<SamplerChoice> WAY =
      Option.choice("way", SamplerChoice.DDIM, SamplerChoice.class, "How.");
  private static final Option<String> WORDS = Option.text("words", 6, "What.");

  @Test
  void people_see_its_name_its_argument_its_values_and_its_help() {
    assertThat(COUNT.name()).isEqualTo("some_count").isEqualTo(COUNT.toString());
    assertThat(COUNT.argument()).isEqualTo("--some-count");
    assertThat(COUNT.values()).isEqualTo("1 to 9");
    assertThat(COUNT.help()).isEqualTo("How many.");
    assertThat(SHARE.values()).isEqualTo("-1 to 2.5");
    assertThat(WAY.values()).isEqualTo("ddim, ddpm, dpmpp");
    assertThat(WORDS.values()).isEqualTo("text");
    assertThat(WORDS.defaultValue()).isEmpty();
    assertThat(List.of(COUNT.defaultValue(), SHARE.defaultValue(), WAY.defaultValue()))
        .isEqualTo(List.of(5, 0.5, SamplerChoice.DDIM));
  }

  @Test
  void what_people_type_is_understood() {
    assertThat(COUNT.parse(" 9 ")).isEqualTo(9);
    assertThat(COUNT.parse("1")).isEqualTo(1);
    assertThat(COUNT.parse("3.0")).isEqualTo(3);
    assertThat(SHARE.parse("-1")).isEqualTo(-1.0);
    assertThat(SHARE.parse("2.5")).isEqualTo(2.5);
    assertThat(SHARE.parse("1e-3")).isEqualTo(0.001);
    assertThat(WAY.parse("DpmPp")).isEqualTo(SamplerChoice.DPMPP);
    assertThat(WORDS.parse("a rain")).isEqualTo("a rain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "10", "-1", "1e9", "NaN", "Infinity", "-Infinity"})
  void whole_numbers_out_of_range_are_refused(String text) {
    refused(() -> COUNT.parse(text), "some_count = ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1.001", "2.6", "NaN", "Infinity", "-Infinity", "1e300"})
  void numbers_out_of_range_are_refused(String text) {
    refused(() -> SHARE.parse(text), "share = ");
  }

  @ParameterizedTest
  @CsvSource({"'', must be a number", "seven, must be a number", "2.5, must be a whole number"})
  void what_is_no_whole_number_is_refused(String text, String message) {
    refused(() -> COUNT.parse(text), message);
  }

  @Test
  void what_is_none_of_its_values_is_refused_with_those_there_are() {
    refused(() -> WAY.parse("euler"), "way 'euler' is unknown; use ddim, ddpm, dpmpp");
    refused(() -> WAY.read(JSON.numberNode(1)), "way = 1, must be one of ddim, ddpm, dpmpp");
    refused(() -> WORDS.parse("rainbow"), "words has 7 letters, at most 6 are read");
    refused(() -> WORDS.read(JSON.textNode("rainbow")), "words has 7 letters");
    refused(() -> WORDS.read(JSON.numberNode(3)), "words = 3, must be a text");
    refused(() -> COUNT.read(JSON.textNode("3")), "some_count = \"3\", must be a number");
    refused(() -> COUNT.read(JSON.numberNode(2.5)), "must be a whole number");
    refused(() -> SHARE.read(JSON.nullNode()), "share = null, must be a number");
    refused(() -> SHARE.read(JSON.numberNode(3)), "share = 3.0, must be between -1.0 and 2.5");
  }

  @Test
  void a_value_comes_back_from_json_as_it_was() {
    there(COUNT, 7, "7");
    there(SHARE, 0.1, "0.1");
    there(WAY, SamplerChoice.DPMPP, "\"dpmpp\"");
    there(WORDS, "r\u00e4\"n", "\"r\u00e4\\\"n\"");
  }

  private static <T> void there(Option<T> option, T value, String text) {
    JsonNode node = option.write(value);
    assertThat(node.toString()).isEqualTo(text);
    assertThat(option.read(node)).isEqualTo(value);
  }

  @Test
  void values_from_programs_are_checked_too() {
    assertThat(COUNT.check(9)).isEqualTo(9);
    refused(() -> COUNT.check(10), "some_count = 10, must be between 1 and 9");
    refused(() -> COUNT.check(null), "some_count is missing");
    refused(() -> SHARE.check(Double.NaN), "share = NaN");
    refused(() -> WORDS.check("rainbow"), "7 letters");
  }

  @Test
  void names_are_said_once_and_usual_values_are_legal() {
    Set<String> names = new HashSet<>();
    for (Option<?> option : Systems.options()) {
      assertThat(names.add(option.name())).as(option.name()).isTrue();
      assertThat(option.name()).matches("[a-z]+(_[a-z]+)*");
      assertThat(option.help()).endsWith(".");
      usualIsLegal(option);
    }
    assertThat(Systems.options()).containsAll(CommonOptions.ALL);
    assertThat(List.copyOf(Systems.options()).subList(0, 4)).isEqualTo(CommonOptions.ALL);
  }

  private static <T> void usualIsLegal(Option<T> option) {
    assertThat(option.check(option.defaultValue())).isEqualTo(option.defaultValue());
  }

  static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KinetoneException.class,
            e -> assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER))
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
