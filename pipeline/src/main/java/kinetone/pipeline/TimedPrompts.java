package kinetone.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kinetone.common.Check;

/**
 * What happens when in a long video, for systems that hear words and make its sound window by
 * window.
 *
 * @param ranges in any order; where several hold at once, the first counts
 */
public record TimedPrompts(List<Range> ranges) {
  /** Nothing said. */
  public static final TimedPrompts NONE = new TimedPrompts(List.of());

  private static final int MOST = 1000;
  private static final int LONGEST_PROMPT = 4000;
  private static final double LONGEST_FILE = 86_400;

  /** {@code FROM-TO: words}. */
  private static final Pattern ONE =
      Pattern.compile("\\s*([0-9.]+)\\s*-\\s*([0-9.]+)\\s*:\\s*(.*\\S)\\s*");

  /**
   * A prompt and when it holds.
   *
   * @param from seconds
   * @param to seconds, after {@code from}
   * @param prompt words
   */
  public record Range(double from, double to, String prompt) {
    /** Checks the order and the length. */
    public Range {
      Check.that(
          from >= 0 && from < to && to <= LONGEST_FILE,
          "prompts: from %s to %s s, must be in order, from 0 to %s",
          from,
          to,
          LONGEST_FILE);
      Check.that(
          prompt != null && !prompt.isBlank() && prompt.length() <= LONGEST_PROMPT,
          "prompts: the prompt from %s s on is missing or longer than %d letters",
          from,
          LONGEST_PROMPT);
    }
  }

  /** Checks how many there are. */
  public TimedPrompts {
    ranges = List.copyOf(ranges);
    Check.that(ranges.size() <= MOST, "prompts has %d ranges, at most %d", ranges.size(), MOST);
  }

  /** The words that hold for most of a stretch, in seconds; empty where none do. */
  public Optional<String> during(double from, double to) {
    Range best = null;
    double most = 0;
    for (Range range : ranges) {
      double shared = Math.min(to, range.to()) - Math.max(from, range.from());
      if (shared > most + 1e-9) {
        most = shared;
        best = range;
      }
    }
    return Optional.ofNullable(best).map(Range::prompt);
  }

  /** As on the command line: {@code "0-3: a ball bounces; 3-6: rain falls"}. */
  static TimedPrompts parse(String text) {
    List<Range> ranges = new ArrayList<>();
    for (String part : text.split(";", -1)) {
      if (part.isBlank()) {
        continue;
      }
      Matcher matcher = ONE.matcher(part);
      Check.that(
          matcher.matches(),
          "prompts: '%s' is not FROM-TO: WORDS, such as \"0-3: a ball bounces; 3-6: rain falls\"",
          part.strip());
      ranges.add(new Range(number(matcher.group(1)), number(matcher.group(2)), matcher.group(3)));
    }
    return new TimedPrompts(ranges);
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** As in JSON: a list of objects with the keys from, to and prompt. */
  static TimedPrompts read(JsonNode node) {
    Check.that(
        node.isArray(), "prompts = %s, must be a list of objects with from, to and prompt", node);
    List<Range> ranges = new ArrayList<>();
    for (JsonNode one : node) {
      Check.that(
          one.isObject()
              && one.size() == 3
              && one.path("from").isNumber()
              && one.path("to").isNumber()
              && one.path("prompt").isTextual(),
          "prompts has %s, must be {\"from\": SECONDS, \"to\": SECONDS, \"prompt\": WORDS}",
          one);
      ranges.add(
          new Range(
              one.get("from").asDouble(), one.get("to").asDouble(), one.get("prompt").asText()));
    }
    return new TimedPrompts(ranges);
  }

  /** As {@link #read} takes it. */
  JsonNode write() {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (Range range : ranges) {
      all.addObject().put("from", range.from()).put("to", range.to()).put("prompt", range.prompt());
    }
    return all;
  }

  @Override
  public String toString() {
    return ranges.stream()
        .map(r -> String.format(Locale.ROOT, "%s-%s: %s", r.from(), r.to(), r.prompt()))
        .collect(Collectors.joining("; "));
  }
}
