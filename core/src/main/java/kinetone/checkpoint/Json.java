package kinetone.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import kinetone.common.InputFile;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;

/**
 * Strict JSON and YAML: unknown, missing and repeated keys, values of another type and whatever
 * follows the value are errors that name the key.
 */
public final class Json {
  /** Files of JSON are small; what is larger is something else. */
  private static final long MAX_BYTES = 64L << 20;

  /** For configurations in JSON. */
  public static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(new RequiredComponents())
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** For configurations in YAML. */
  public static final ObjectMapper YAML =
      YAMLMapper.builder()
          // Kinds as ordinary keys, as people write them, and not as tags.
          .disable(YAMLGenerator.Feature.USE_NATIVE_TYPE_ID)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(new RequiredComponents())
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private Json() {}

  /** Puts null in the place of every number within {@code node} that is none, or endless. */
  public static void withoutNaN(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().stream()
          .filter(field -> notFinite(field.getValue()))
          .forEach(field -> field.setValue(object.nullNode()));
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        if (notFinite(array.get(i))) {
          array.setNull(i);
        }
      }
    }
    node.forEach(Json::withoutNaN);
  }

  private static boolean notFinite(JsonNode node) {
    return node.isFloatingPointNumber() && !Double.isFinite(node.asDouble());
  }

  /**
   * Every component of a record must be in the file, but for those left out of it when null or
   * empty.
   */
  private static final class RequiredComponents extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    private static final Set<JsonInclude.Include> OPTIONAL =
        Set.of(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_EMPTY);

    @Override
    public Boolean hasRequiredMarker(AnnotatedMember member) {
      if (!(member instanceof AnnotatedParameter)) {
        return super.hasRequiredMarker(member);
      }
      JsonInclude include = member.getAnnotation(JsonInclude.class);
      return include == null || !OPTIONAL.contains(include.value());
    }

    @Override
    public JsonSetter.Value findSetterInfo(Annotated member) {
      return member instanceof AnnotatedParameter parameter && hasRequiredMarker(parameter)
          ? JsonSetter.Value.forValueNulls(Nulls.FAIL)
          : super.findSetterInfo(member);
    }
  }

  /**
   * Reads one JSON object; every file and line of JSON is to be read through here, {@link #file} or
   * {@link #lines}.
   *
   * @param source names the text in errors: a file, or {@code file:line}
   * @throws KinetoneException of kind USER, in one line that names the source and the key, when the
   *     text is no JSON, holds nothing, null, another thing than an object or more than one, has an
   *     unknown, missing or repeated key, or a value of the wrong type or size
   */
  public static <T> T read(Object source, String text, Class<T> type) {
    return bind(source, tree(source, text), type);
  }

  /** The same, unbound: an object whose keys are still to be looked at. */
  public static ObjectNode tree(Object source, String text) {
    JsonNode root;
    try {
      root = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw error(source, e);
    }
    if (root instanceof ObjectNode object) {
      return object;
    }
    throw KinetoneException.user(
        "%s: an object {...} is expected, there is %s",
        source, JsonReason.name(root == null ? JsonToken.NOT_AVAILABLE : root.asToken()));
  }

  /**
   * Binds what was read to a type, as {@link #read} does.
   *
   * @param node null and missing are refused
   */
  public static <T> T bind(Object source, JsonNode node, Class<T> type) {
    if (node == null || node.isNull() || node.isMissingNode()) {
      throw KinetoneException.user("%s: an object {...} is expected, there is nothing", source);
    }
    requireNumbers(source, "", node, Long.MAX_VALUE);
    try {
      return MAPPER.treeToValue(node, type);
    } catch (JsonProcessingException e) {
      throw error(source, e);
    }
  }

  /** Reads a file that is one JSON object; {@code what} is needed, for errors. */
  public static <T> T file(Path file, String what, Class<T> type) {
    return read(file, InputFile.text(file, what, MAX_BYTES), type);
  }

  /** The same, unbound. */
  public static ObjectNode fileTree(Path file, String what) {
    return tree(file, InputFile.text(file, what, MAX_BYTES));
  }

  /**
   * Reads a file of one object per line; empty lines are left out.
   *
   * @param what what is needed, for errors, which name {@code file:line}
   */
  public static <T> List<Line<T>> lines(Path file, String what, Class<T> type) {
    List<Line<T>> read = new ArrayList<>();
    int number = 0;
    for (String line : InputFile.text(file, what, MAX_BYTES).lines().toList()) {
      number++;
      if (!line.isBlank()) {
        String where = Printable.of(file) + ":" + number;
        read.add(new Line<>(where, read(where, line, type)));
      }
    }
    return read;
  }

  /**
   * One line of a file.
   *
   * @param where {@code file:line}
   * @param value what it says
   */
  public record Line<T>(String where, T value) {
    /**
     * Uses the value; bad input that shows only then is told with the line it comes from.
     *
     * @throws KinetoneException of kind USER when {@code use} does
     */
    public <R> R apply(Function<? super T, R> use) {
      try {
        return use.apply(value);
      } catch (KinetoneException e) {
        if (e.kind() == KinetoneException.Kind.USER) {
          throw KinetoneException.user(e, "%s: %s", where, e.getMessage());
        }
        throw e;
      }
    }
  }

  /**
   * Requires that no whole number in {@code node} is larger than {@code largest}: sizes of networks
   * beyond any that exist would fill the memory, or overflow, before anything is compared.
   */
  public static void requireSizes(Object source, JsonNode node, long largest) {
    requireNumbers(source, "", node, largest);
  }

  private static void requireNumbers(Object source, String path, JsonNode node, long largest) {
    if (node.isContainerNode()) {
      int index = 0;
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        requireNumbers(source, join(path, field.getKey()), field.getValue(), largest);
      }
      for (JsonNode item : node.isArray() ? node : List.<JsonNode>of()) {
        requireNumbers(source, join(path, "" + index++), item, largest);
      }
    } else if (node.isBigInteger()
        || (node.isIntegralNumber() && (node.longValue() > largest || node.longValue() < -largest))
        || (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue()))) {
      String value = node.asText();
      throw KinetoneException.user(
          "%s at '%s': %s is too large%s",
          source,
          path,
          value.length() > 24 ? value.substring(0, 24) + "..." : value,
          node.isIntegralNumber() ? ", at most " + largest + " is possible" : "");
    }
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** What is wrong, without where: for readers that say where in their own way. */
  public static String reason(JsonProcessingException e) {
    return JsonReason.of(e);
  }

  /** One line for a person: where, which key, what is wrong. */
  public static KinetoneException error(Object source, JsonProcessingException e) {
    String path =
        e instanceof JsonMappingException mapping
            ? mapping.getPath().stream()
                .map(r -> r.getFieldName() == null ? "" + r.getIndex() : r.getFieldName())
                .collect(Collectors.joining("."))
            : "";
    JsonLocation at = e.getLocation();
    return KinetoneException.user(
        e,
        "%s%s%s: %s",
        source,
        path.isEmpty() ? "" : " at '" + Printable.of(path) + "'",
        at == null || at.getLineNr() <= 1 ? "" : " line " + at.getLineNr(),
        JsonReason.of(e));
  }
}
