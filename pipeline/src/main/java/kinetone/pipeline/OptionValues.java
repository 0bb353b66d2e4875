package kinetone.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import kinetone.common.KinetoneException;

/** Values of options, checked; immutable. */
public final class OptionValues {
  /** No values at all. */
  public static final OptionValues NONE = new OptionValues(new LinkedHashMap<>());

  private final Map<Option<?>, Object> values;

  private OptionValues(Map<Option<?>, Object> values) {
    this.values = values;
  }

  /** The same with another value of {@code option}. */
  public <T> OptionValues with(Option<T> option, T value) {
    Map<Option<?>, Object> copy = new LinkedHashMap<>(values);
    copy.put(option, option.check(value));
    return new OptionValues(copy);
  }

  /** The same with the value that {@code text} stands for on the command line. */
  public <T> OptionValues withParsed(Option<T> option, String text) {
    return with(option, option.parse(text));
  }

  /** The same with the value that {@code node} holds. */
  public <T> OptionValues withRead(Option<T> option, JsonNode node) {
    return with(option, option.read(node));
  }

  /** These values, and those of {@code defaults} where these say nothing. */
  public OptionValues over(OptionValues defaults) {
    Map<Option<?>, Object> all = new LinkedHashMap<>(defaults.values);
    all.putAll(values);
    return new OptionValues(all);
  }

  /** The value of {@code option}, if there is one. */
  @SuppressWarnings("unchecked")
  public <T> Optional<T> find(Option<T> option) {
    return Optional.ofNullable((T) values.get(option));
  }

  /** The value of {@code option}, or its default. */
  public <T> T get(Option<T> option) {
    return find(option).orElse(option.defaultValue());
  }

  /** The options that have a value. */
  public Set<Option<?>> options() {
    return values.keySet();
  }

  /**
   * Values by name.
   *
   * @param known the options there may be
   * @throws KinetoneException for an unknown name or a wrong value
   */
  public static OptionValues read(JsonNode object, Collection<Option<?>> known) {
    if (!object.isObject()) {
      throw KinetoneException.user("options are %s, must be an object", object);
    }
    OptionValues values = NONE;
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      values = values.withRead(named(field.getKey(), known), field.getValue());
    }
    return values;
  }

  private static Option<?> named(String name, Collection<Option<?>> known) {
    return known.stream()
        .filter(option -> option.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                KinetoneException.user(
                    "unknown option '%s'; known here: %s",
                    name,
                    known.stream().map(Option::name).sorted().collect(Collectors.joining(", "))));
  }

  /** The values by name. */
  public ObjectNode write() {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    values.keySet().forEach(option -> put(object, option));
    return object;
  }

  private <T> void put(ObjectNode object, Option<T> option) {
    object.set(option.name(), option.write(get(option)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OptionValues that && that.values.equals(values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return write().toString();
  }
}
