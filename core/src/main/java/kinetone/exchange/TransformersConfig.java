package kinetone.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.Printable;

/**
 * A configuration as transformers saves it. What is not given is what transformers takes then.
 *
 * @param file names it in errors
 */
record TransformersConfig(Path file, JsonNode values) {
  /**
   * Reads one.
   *
   * @param what it is, for errors
   */
  static TransformersConfig read(Path file, String what) {
    return new TransformersConfig(file, Json.fileTree(file, what));
  }

  /** The configuration called {@code key} in it; itself where it has none. */
  TransformersConfig part(String key) {
    JsonNode inner = values.path(key);
    return inner.isObject() ? new TransformersConfig(file, inner) : this;
  }

  int number(String key, int otherwise) {
    JsonNode value = values.path(key);
    return value.isMissingNode() ? otherwise : whole(key, value);
  }

  private int whole(String key, JsonNode value) {
    Check.that(value.canConvertToInt() && value.isInt(), "%s: '%s' is no whole number", file, key);
    return value.intValue();
  }

  List<Integer> numbers(String key, List<Integer> otherwise) {
    JsonNode value = values.path(key);
    if (value.isMissingNode()) {
      return otherwise;
    }
    Check.that(value.isArray(), "%s: '%s' is no list of whole numbers", file, key);
    List<Integer> numbers = new ArrayList<>();
    value.forEach(one -> numbers.add(whole(key, one)));
    return numbers;
  }

  double decimal(String key, double otherwise) {
    JsonNode value = values.path(key);
    Check.that(value.isMissingNode() || value.isNumber(), "%s: '%s' is no number", file, key);
    return value.asDouble(otherwise);
  }

  /** Requires that {@code key} is {@code known}, which it also is when it is not given. */
  void require(String key, String known) {
    String value = values.path(key).asText(known);
    Check.that(
        value.equals(known),
        "%s: '%s' is '%s', but only '%s' can be imported",
        file,
        key,
        Printable.of(value),
        known);
  }
}
