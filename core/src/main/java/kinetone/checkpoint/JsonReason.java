package kinetone.checkpoint;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;

/** Says what is wrong with a file in the words of its writer: no names of classes, one line. */
final class JsonReason {
  private static final int LONGEST_VALUE = 40;
  private static final Pattern MISSING =
      Pattern.compile("Missing (?:required )?.*property '([^']+)'");
  private static final Pattern KINDS = Pattern.compile("known type ids = \\[?([^\\])]*[^\\]) ])");
  private static final Pattern TYPE_KEY = Pattern.compile("type id property '([^']+)'");

  private JsonReason() {}

  /** What is wrong, without where. */
  static String of(JsonProcessingException e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof KinetoneException known) {
        return known.getMessage();
      }
    }
    String message = Printable.line(e.getOriginalMessage());
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "unknown option '%s'; known here: %s"
          .formatted(value(unknown.getPropertyName()), sorted(unknown.getKnownPropertyIds()));
    }
    if (e instanceof InvalidTypeIdException kind) {
      return kind(kind, message);
    }
    if (e instanceof ValueInstantiationException) {
      return "the values do not fit together";
    }
    Matcher missing = MISSING.matcher(message);
    if (missing.find()) {
      return "'" + missing.group(1) + "' is missing";
    }
    if (message.startsWith("Trailing token")) {
      return "more follows the value; a single one is expected";
    }
    if (message.contains("null")
        && (message.startsWith("Invalid `null`")
            || message.startsWith("Cannot map")
            || message.startsWith("Cannot coerce `null`"))) {
      return "null is no value here; " + expected((MismatchedInputException) e);
    }
    if (e instanceof InvalidFormatException format) {
      return format(format);
    }
    if (e instanceof MismatchedInputException mismatch) {
      return expected(mismatch);
    }
    return e instanceof JsonParseException ? "not readable: " + plain(message) : plain(message);
  }

  private static String kind(InvalidTypeIdException e, String message) {
    if (e.getTypeId() == null) {
      Matcher key = TYPE_KEY.matcher(message);
      return key.find() ? "'" + key.group(1) + "' is missing" : "its kind is missing";
    }
    Matcher kinds = KINDS.matcher(message);
    return "'%s' is not one of %s"
        .formatted(value(e.getTypeId()), kinds.find() ? kinds.group(1) : "the known kinds");
  }

  private static String format(InvalidFormatException e) {
    Class<?> type = e.getTargetType();
    if (type != null && type.isEnum()) {
      return "'%s' is not one of %s".formatted(value(e.getValue()), names(type));
    }
    return "'%s' does not fit, %s".formatted(value(e.getValue()), expected(e));
  }

  private static String names(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> Json.MAPPER.valueToTree(constant).asText())
        .collect(Collectors.joining(", "));
  }

  private static String expected(MismatchedInputException e) {
    Class<?> type = e.getTargetType();
    return (type == null ? "another value" : expected(type)) + " is expected";
  }

  private static String expected(Class<?> type) {
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "a whole number within range";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (CharSequence.class.isAssignableFrom(type)) {
      return "a text";
    }
    if (Path.class.isAssignableFrom(type)) {
      return "the path of a file";
    }
    if (type.isArray() || Collection.class.isAssignableFrom(type)) {
      return "a list [...]";
    }
    if (type.isEnum()) {
      return "one of " + names(type);
    }
    return type.isRecord() || Map.class.isAssignableFrom(type) || !type.getName().startsWith("java")
        ? "an object {...}"
        : "another value";
  }

  private static String sorted(Collection<Object> names) {
    return names.stream().map(Object::toString).sorted().collect(Collectors.joining(", "));
  }

  /** A value out of the file, short. */
  private static String value(Object value) {
    String text = Printable.of(value);
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
  }

  /** Of a parser's message only what speaks of the text. */
  private static String plain(String message) {
    return message
        .replaceAll(" ?\\((?:was |start marker at |for )[^()]*(?:\\([^()]*\\)[^()]*)*\\)", "")
        .replaceAll("`?(?:[a-z]+\\.)+[A-Z][\\w$.]*(?:\\[\\])?`?", "value")
        .replaceAll("\\[Source:[^\\]]*\\]", "")
        .replaceAll(", from `[^`]*`", "")
        .replace('`', '\'')
        .strip();
  }

  /** The name of a token, for people. */
  static String name(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_NULL -> "null";
      case VALUE_STRING -> "a text";
      case VALUE_TRUE, VALUE_FALSE -> "true or false";
      case NOT_AVAILABLE -> "nothing";
      default -> "a number";
    };
  }
}
