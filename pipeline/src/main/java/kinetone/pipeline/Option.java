package kinetone.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import kinetone.common.Check;
import kinetone.common.KinetoneException;

/**
 * One setting of generation, as requests carry it, model folders give it a default, and the command
 * line and its help offer it. Systems define theirs as constants; two systems that share an option
 * share the constant. Names are those of diffusers where there is one.
 *
 * @param <T> type of its values
 */
public final class Option<T> {
  private final String name;
  private final T defaultValue;
  private final String values;
  private final String help;
  private final Function<JsonNode, T> reader;
  private final Function<T, JsonNode> writer;
  private final Function<String, T> parser;

  private Option(
      String name,
      T defaultValue,
      String values,
      String help,
      Function<String, T> parser,
      Function<JsonNode, T> reader,
      Function<T, JsonNode> writer) {
    this.name = name;
    this.defaultValue = defaultValue;
    this.values = values;
    this.help = help;
    this.parser = parser;
    this.reader = reader;
    this.writer = writer;
  }

  /**
   * A whole number.
   *
   * @param name with underscores
   * @param defaultValue where neither request nor model says
   */
  public static Option<Integer> integer(
      String name, int defaultValue, int low, int high, String help) {
    Function<Double, Integer> whole =
        value -> {
          Check.that(value == Math.rint(value), "%s = %s, must be a whole number", name, value);
          Check.that(
              value >= low && value <= high,
              "%s = %s, must be between %d and %d",
              name,
              plain(value),
              low,
              high);
          return (int) value.doubleValue();
        };
    return new Option<>(
        name,
        defaultValue,
        low + " to " + high,
        help,
        text -> whole.apply(decimal(name, text)),
        node -> whole.apply(decimal(name, node)),
        JsonNodeFactory.instance::numberNode);
  }

  /** A number; see {@link #integer}. */
  public static Option<Double> number(
      String name, double defaultValue, double low, double high, String help) {
    Function<Double, Double> within = value -> Check.within(name, value, low, high);
    return new Option<>(
        name,
        defaultValue,
        String.format(Locale.ROOT, "%s to %s", plain(low), plain(high)),
        help,
        text -> within.apply(decimal(name, text)),
        node -> within.apply(decimal(name, node)),
        JsonNodeFactory.instance::numberNode);
  }

  /** One of the constants of {@code type}, written in lower case; see {@link #integer}. */
  public static <E extends Enum<E>> Option<E> choice(
      String name, E defaultValue, Class<E> type, String help) {
    String known =
        Arrays.stream(type.getEnumConstants()).map(Option::lower).collect(Collectors.joining(", "));
    Function<String, E> parse =
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(
                    () -> KinetoneException.user("%s '%s' is unknown; use %s", name, text, known));
    return new Option<>(
        name,
        defaultValue,
        known,
        help,
        parse,
        node -> {
          Check.that(node.isTextual(), "%s = %s, must be one of %s", name, node, known);
          return parse.apply(node.asText());
        },
        value -> JsonNodeFactory.instance.textNode(lower(value)));
  }

  /** A text of at most {@code longest} letters; empty unless given. */
  public static Option<String> text(String name, int longest, String help) {
    Function<String, String> limited =
        text -> {
          Check.that(
              text.length() <= longest,
              "%s has %d letters, at most %d are read",
              name,
              text.length(),
              longest);
          return text;
        };
    return new Option<>(
        name,
        "",
        "text",
        help,
        limited,
        node -> {
          Check.that(node.isTextual(), "%s = %s, must be a text", name, node);
          return limited.apply(node.asText());
        },
        JsonNodeFactory.instance::textNode);
  }

  /** A value of more parts; see {@link #integer}. Both readers check it. */
  static <T> Option<T> of(
      String name,
      T defaultValue,
      String values,
      String help,
      Function<String, T> parser,
      Function<JsonNode, T> reader,
      Function<T, JsonNode> writer) {
    return new Option<>(name, defaultValue, values, help, parser, reader, writer);
  }

  private static double decimal(String name, String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      throw KinetoneException.user(e, "%s = '%s', must be a number", name, text);
    }
  }

  private static double decimal(String name, JsonNode node) {
    Check.that(node.isNumber(), "%s = %s, must be a number", name, node);
    return node.asDouble();
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Its name in JSON, with underscores. */
  public String name() {
    return name;
  }

  /** Its name on the command line, with hyphens. */
  public String argument() {
    return "--" + name.replace('_', '-');
  }

  /** What it is where neither a request nor a model says. */
  public T defaultValue() {
    return defaultValue;
  }

  /** The values it takes, for people. */
  public String values() {
    return values;
  }

  /** What it does, for people, in one or two lines. */
  public String help() {
    return help;
  }

  /**
   * A value in the form of the command line, checked.
   *
   * @throws KinetoneException when it is none, or out of range
   */
  public T parse(String text) {
    return parser.apply(text);
  }

  /** A value as it stands in JSON, checked. */
  public T read(JsonNode node) {
    return reader.apply(node);
  }

  /** The value in JSON. */
  public JsonNode write(T value) {
    return writer.apply(value);
  }

  /** Requires that {@code value} is one of this option's; returns it. */
  public T check(T value) {
    Check.that(value != null, "%s is missing", name);
    return read(write(value));
  }

  @Override
  public String toString() {
    return name;
  }
}
