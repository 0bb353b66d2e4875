package kinetone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static final String GOOD =
      "{'task': 'v2a', 'width': 3, 'rate': 2.5, 'on': true, 'file': 'a.mp4', 'seed': 4611686018427387904,"
          + " 'list': [1, 2], 'part': {'kind': 'small', 'size': 1}}";

  enum Task {
    @JsonProperty("joint")
    JOINT,
    @JsonProperty("v2a")
    V2A
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Small.class, name = "small"),
    @JsonSubTypes.Type(value = Large.class, name = "large")
  })
  sealed interface Part permits Small, Large {}

  record Small(int size) implements Part {
    Small {
      Check.atLeast("size", size, 1);
    }
  }

  record Large(double size) implements Part {}

  record Line(int size) {}

  record Options(
      Task task,
      int width,
      double rate,
      boolean on,
      Path file,
      long seed,
      List<Integer> list,
      Part part,
      @JsonInclude(JsonInclude.Include.NON_NULL) String note) {}

  @TempDir Path folder;

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  private static Options read(String text) {
    return Json.read("a.json", json(text), Options.class);
  }

  @Test
  void what_is_right_is_read() {
    Options options = read(GOOD);
    assertThat(options.task()).isEqualTo(Task.V2A);
    assertThat(options.seed()).isEqualTo(1L << 62);
    assertThat(options.part()).isEqualTo(new Small(1));
    assertThat(read(GOOD.replace("2.5", "2")).rate()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'v2a' | 'dance' | at 'task': 'dance' is not one of joint, v2a",
        "'v2a' | 0 | at 'task': '0' is not one of joint, v2a",
        "'v2a' | null | at 'task'",
        "'v2a' | {} | at 'task': one of joint, v2a is expected",
        "'width': 3 | 'width': 'three' | at 'width': a whole number within range is expected",
        "'width': 3 | 'width': '3' | at 'width': a whole number within range is expected",
        "'width': 3 | 'width': 3.5 | at 'width'",
        "'width': 3 | 'width': 3000000000 | at 'width'",
        "'width': 3 | 'width': null | at 'width': null is no value here; a whole number within range is expected",
        "'width': 3 | 'width': [3] | at 'width': a whole number within range is expected",
        "2.5 | 'fast' | at 'rate'",
        "2.5 | NaN | not readable",
        "2.5 | 1e999 | at 'rate': Infinity is too large",
        "true | 1 | at 'on': '1' does not fit, true or false is expected",
        "4611686018427387904 | 99999999999999999999999 | at 'seed': 99999999999999999999999 is too large",
        "[1, 2] | [1, 'x'] | at 'list.1'",
        "[1, 2] | 1 | at 'list': a list [...] is expected",
        "'a.mp4' | 7 | at 'file'",
        "'a.mp4' | 'a\\u0000' | at 'file': Nul character not allowed: a\\x00",
        "'small' | 'huge' | at 'part': 'huge' is not one of large, small",
        "'kind': 'small', | `` | at 'part': 'kind' is missing",
        "'size': 1 | 'size': 0 | size = 0, must be at least 1",
        "'size': 1 | 'size': 1, 'sise': 2 | unknown option 'sise'; known here",
        "'task' | 'tusk' | at 'task': 'task' is missing",
        "'on': true, | `` | 'on' is missing",
        "'on': true, | 'on': true, 'on': false, | Duplicate field 'on'",
        "'v2a' | 'x\\u001b[31m' | 'x\\x1b[31m' is not one of",
        "{'task' | {'\\u001b[31m': 1, 'task' | unknown option '\\x1b[31m'",
      })
  void what_is_wrong_is_said_in_one_plain_line(String from, String to, String message) {
    String wrong = GOOD.replace(from, to == null ? "" : to);
    assertThat(wrong).isNotEqualTo(GOOD);
    refused(wrong, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | there is nothing",
        "` ` | there is nothing",
        "null | there is null",
        "[] | there is a list",
        "'text' | there is a text",
        "7 | there is a number",
        "true | there is true or false",
        "{ | not readable",
        "{'a: 1} | not readable",
        "Not JSON | not readable",
        "{'a' 1} | not readable",
      })
  void another_thing_than_an_object_is_refused(String text, String message) {
    refused(text == null ? "" : text, message);
  }

  @Test
  void a_second_object_is_never_lost() {
    refused(GOOD + GOOD, "more follows the value; a single one is expected");
    refused(GOOD + " x", "not readable");
    refused("[".repeat(5000), "depth");
  }

  @Test
  void nothing_is_bound_to_nothing() {
    for (var nothing : new com.fasterxml.jackson.databind.JsonNode[] {null, NullNode.instance}) {
      assertThatThrownBy(() -> Json.bind("a.json", nothing, Options.class))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("a.json: an object {...} is expected");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"null", "[]", "{'size': 'x'}", "{'size': 1}{'size': 2}", "{'size': 1", "x"})
  void lines_are_named(String wrong) throws IOException {
    Path file = folder.resolve("batch.jsonl");
    Files.writeString(file, "\uFEFF" + json("{'size': 1}\n\n{'size': 2}\n"));
    List<Json.Line<Line>> lines = Json.lines(file, "list of requests", Line.class);
    assertThat(lines.stream().map(Json.Line::value)).containsExactly(new Line(1), new Line(2));
    assertThat((int) lines.get(1).apply(Line::size)).isEqualTo(2);
    assertThatThrownBy(() -> lines.get(1).apply(line -> Check.atLeast("size", line.size(), 9)))
        .isInstanceOf(KinetoneException.class)
        .hasMessage(file + ":3: size = 2, must be at least 9");
    Files.writeString(file, json("{'size': 1}\n\n" + wrong + "\n"));
    assertThatThrownBy(() -> Json.lines(file, "list of requests", Line.class))
        .isInstanceOf(KinetoneException.class)
        .hasMessageStartingWith(file + ":3")
        .hasMessageNotContaining("java");
  }

  @Test
  void sizes_beyond_any_network_are_refused_before_they_are_used() {
    var node = Json.tree("a.json", json("{'layers': [{'width': 1048577}], 'seed': -3, 'x': 1e30}"));
    Json.requireSizes("a.json", node, 1 << 21);
    assertThatThrownBy(() -> Json.requireSizes("a.json", node, 1 << 20))
        .isInstanceOf(KinetoneException.class)
        .hasMessage(
            "a.json at 'layers.0.width': 1048577 is too large, at most 1048576 is possible");
  }

  @Test
  void what_is_no_number_is_null_in_objects_and_in_lists() {
    JsonNode node =
        Json.MAPPER.valueToTree(
            Map.of("in", Map.of("a", Double.NaN, "b", 1.5), "list", List.of(1.0, Double.NaN)));
    Json.withoutNaN(node);
    assertThat(node.at("/in/a").isNull()).isTrue();
    assertThat(node.at("/in/b").asDouble()).isEqualTo(1.5);
    assertThat(node.at("/list/0").asDouble()).isEqualTo(1);
    assertThat(node.at("/list/1").isNull()).isTrue();
  }

  private static void refused(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOfSatisfying(
            KinetoneException.class,
            e -> assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER))
        .hasMessageStartingWith("a.json")
        .hasMessageContaining(message)
        .hasMessageNotContainingAny("java", "kinetone", "jackson", "\n", "\u001b", "`", "Source");
  }
}
