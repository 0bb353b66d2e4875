package kinetone.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;

/**
 * Reads a YAML configuration into a record. An unknown option, or one that stands twice, is an
 * error; a component of primitive type must be given; any other component may be left out and is
 * then null, for which the record's compact constructor puts its default. Names of enum constants
 * may be in lower case.
 */
public final class ConfigLoader {
  private static final ObjectMapper MAPPER =
      YAMLMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .build();

  private ConfigLoader() {}

  /**
   * Reads {@code yaml} and applies {@code overrides}.
   *
   * @param overrides {@code path.to.option=value}, where the value is YAML: {@code
   *     optimizer.betas=[0.9, 0.95]}; a path may name an option that the file leaves out
   * @throws KinetoneException naming the file, the option and what is wrong with it; for an unknown
   *     option also the known one nearest to it
   */
  public static <C> C load(Path yaml, List<String> overrides, Class<C> type) {
    try {
      JsonNode root = MAPPER.readTree(Files.readString(yaml));
      if (root == null || root.isNull() || root.isMissingNode()) {
        return bind(yaml, MAPPER.createObjectNode(), overrides, type);
      } else if (root instanceof ObjectNode object) {
        return bind(yaml, object, overrides, type);
      }
      throw KinetoneException.user("%s holds no options (name: value)", yaml);
    } catch (JsonProcessingException e) {
      throw Json.error(yaml, e);
    } catch (IOException e) {
      throw KinetoneException.user(e, "cannot read configuration %s", yaml);
    }
  }

  /**
   * {@code base} with {@code overrides}, as {@link #load} applies them.
   *
   * @param what names it in errors
   */
  public static <C> C with(Path what, C base, List<String> overrides, Class<C> type) {
    return bind(what, MAPPER.valueToTree(base), overrides, type);
  }

  private static <C> C bind(Path what, ObjectNode tree, List<String> overrides, Class<C> type) {
    try {
      for (String override : overrides) {
        apply(tree, override);
      }
      return MAPPER.treeToValue(tree, type);
    } catch (UnrecognizedPropertyException e) {
      throw unknown(what, e);
    } catch (MismatchedInputException e) {
      throw mismatch(what, e);
    } catch (JsonProcessingException e) {
      throw Json.error(what, e);
    }
  }

  private static void apply(ObjectNode tree, String override) throws JsonProcessingException {
    int equals = override.indexOf('=');
    if (equals < 1) {
      throw KinetoneException.user(
          "override '%s' is not of the form option=value, for example optimizer.learningRate=1e-4",
          override);
    }
    JsonNode value = MAPPER.readTree(override.substring(equals + 1));
    if (value == null || value.isMissingNode()) {
      throw KinetoneException.user(
          "override '%s' has no value; give one, or null to leave the option out", override);
    }
    String[] path = override.substring(0, equals).strip().split("\\.", -1);
    ObjectNode at = tree;
    for (int i = 0; i < path.length - 1; i++) {
      JsonNode child = at.get(path[i]);
      if (child == null || child.isNull()) {
        at = at.putObject(path[i]);
      } else if (child instanceof ObjectNode object) {
        at = object;
      } else {
        throw KinetoneException.user(
            "override '%s': '%s' is a value and has no options", override, path[i]);
      }
    }
    at.set(path[path.length - 1], value);
  }

  private static KinetoneException unknown(Path yaml, UnrecognizedPropertyException e) {
    String name = e.getPropertyName();
    Optional<String> nearest =
        e.getKnownPropertyIds().stream()
            .map(Object::toString)
            .min(Comparator.comparingInt((String known) -> distance(name, known)));
    return KinetoneException.user(
        e,
        "%s: unknown option '%s'%s",
        yaml,
        path(e),
        nearest.map(known -> "; did you mean '" + known + "'?").orElse(""));
  }

  private static KinetoneException mismatch(Path yaml, MismatchedInputException e) {
    if (e.getCause() instanceof KinetoneException cause) {
      return KinetoneException.user(e, "%s: %s", yaml, cause.getMessage());
    }
    if (e.getOriginalMessage().contains("Cannot map `null` into type")) {
      return KinetoneException.user(e, "%s: option '%s' must be given", yaml, path(e));
    }
    String path = path(e);
    return KinetoneException.user(
        e, "%s%s: %s", yaml, path.isEmpty() ? "" : " at '" + path + "'", Json.reason(e));
  }

  private static String path(MismatchedInputException e) {
    StringBuilder text = new StringBuilder();
    e.getPath()
        .forEach(
            part ->
                text.append(text.isEmpty() ? "" : ".")
                    .append(part.getFieldName() == null ? part.getIndex() : part.getFieldName()));
    return text.toString();
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitute, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
