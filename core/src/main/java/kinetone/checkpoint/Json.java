package kinetone.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.stream.Collectors;
import kinetone.common.KinetoneException;

/** Strict JSON and YAML: unknown and missing keys are errors that name the key. */
public final class Json {
  /** For configurations in JSON. */
  public static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(new RequiredComponents())
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** For configurations in YAML. */
  public static final ObjectMapper YAML =
      YAMLMapper.builder()
          // Kinds as ordinary keys, as people write them, and not as tags.
          .disable(YAMLGenerator.Feature.USE_NATIVE_TYPE_ID)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(new RequiredComponents())
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private Json() {}

  /** Every component of a record must be in the file, but for those left out of it when null. */
  private static final class RequiredComponents extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasRequiredMarker(AnnotatedMember member) {
      if (!(member instanceof AnnotatedParameter)) {
        return super.hasRequiredMarker(member);
      }
      JsonInclude include = member.getAnnotation(JsonInclude.class);
      return include == null || include.value() != JsonInclude.Include.NON_NULL;
    }
  }

  /** One line for a person: where, which key, what is wrong. */
  public static KinetoneException error(Object source, JsonProcessingException e) {
    if (e.getCause() instanceof KinetoneException cause) {
      return KinetoneException.user(e, "%s: %s", source, cause.getMessage());
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return KinetoneException.user(
          e,
          "%s: unknown option '%s'; known here: %s",
          source,
          unknown.getPropertyName(),
          unknown.getKnownPropertyIds().stream()
              .map(Object::toString)
              .sorted()
              .collect(Collectors.joining(", ")));
    }
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
        path.isEmpty() ? "" : " at '" + path + "'",
        at == null ? "" : " line " + at.getLineNr(),
        e.getOriginalMessage().lines().findFirst().orElse("not readable"));
  }
}
