package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimedPromptsTest {
  private static final Option<TimedPrompts> PROMPTS = CommonOptions.PROMPTS;

  @Test
  void the_command_line_and_json_say_the_same() throws JsonProcessingException {
    TimedPrompts typed = PROMPTS.parse("0-3: a ball bounces; 3 - 6.5 : rain: it falls");
    TimedPrompts read =
        PROMPTS.read(
            Json.MAPPER.readTree(
                """
                [{"from": 0, "to": 3, "prompt": "a ball bounces"},
                 {"from": 3, "to": 6.5, "prompt": "rain: it falls"}]"""));
    assertThat(typed).isEqualTo(read);
    assertThat(PROMPTS.read(PROMPTS.write(typed))).isEqualTo(typed);
  }

  @Test
  void the_words_that_hold_longest_count() {
    TimedPrompts prompts = PROMPTS.parse("1-3: a; 3-6: b");
    assertThat(prompts.during(0, 1)).isEmpty();
    assertThat(prompts.during(0, 2)).contains("a");
    assertThat(prompts.during(2.5, 3.4)).contains("a");
    assertThat(prompts.during(2.5, 3.6)).contains("b");
    assertThat(prompts.during(6, 8)).isEmpty();
    assertThat(PROMPTS.parse("0-9: c; 1-3: a").during(1, 3)).contains("c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a ball", "3-1: a ball", "0-1:", "0-1: a; b", "0-99999999: a", "0..1-2: a"})
  void what_is_no_range_is_told_in_a_line(String text) {
    assertThatThrownBy(() -> PROMPTS.parse(text))
        .isInstanceOf(KinetoneException.class)
        .hasMessageStartingWith("prompts")
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"rain\"",
        "[1]",
        "[{\"from\": 0, \"to\": 1}]",
        "[{\"from\": 0, \"to\": 1, \"prompt\": 7}]",
        "[{\"from\": 0, \"to\": 1, \"prompt\": \"a\", \"loud\": true}]",
        "[{\"from\": 2, \"to\": 1, \"prompt\": \"a\"}]"
      })
  void json_that_is_no_list_of_ranges_is_told_in_a_line(String json) {
    assertThatThrownBy(() -> PROMPTS.read(Json.MAPPER.readTree(json)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageStartingWith("prompts");
  }
}
