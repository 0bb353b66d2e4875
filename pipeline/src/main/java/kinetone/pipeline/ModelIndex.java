package kinetone.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.media.ClipFormat;

/**
 * {@code model_index.json}: what a model folder holds and how to use it when the user does not say.
 *
 * @param system which of the systems, for example "monl"
 * @param description one line for people
 * @param format of the clips it makes
 * @param pictures how given pictures become the model's; the key may be absent
 * @param defaults options where a request says nothing
 */
public record ModelIndex(
    String system,
    String description,
    ClipFormat format,
    PictureInput pictures,
    OptionValues defaults) {
  /** The file's name. */
  public static final String FILE = "model_index.json";

  private static final Set<String> REQUIRED = Set.of("system", "description", "format", "defaults");
  private static final String PICTURES = "pictures";

  /** Checks that nothing is missing. */
  public ModelIndex {
    Check.that(system != null, "system is missing");
    Check.that(description != null, "description is missing");
    Check.that(format != null, "format is missing");
    Check.that(pictures != null, "pictures are missing");
    Check.that(defaults != null, "defaults are missing");
  }

  /** With {@link PictureInput#DEFAULT}. */
  public ModelIndex(String system, String description, ClipFormat format, OptionValues defaults) {
    this(system, description, format, PictureInput.DEFAULT, defaults);
  }

  /**
   * Reads the index of {@code folder}.
   *
   * @throws KinetoneException when there is no such folder, the file is damaged, or the system is
   *     unknown
   */
  public static ModelIndex read(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw KinetoneException.user(
          "model folder %s does not exist; give --model a folder or the name of a shipped model",
          folder);
    }
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw KinetoneException.user("%s is not a model folder: %s is missing", folder, FILE);
    }
    try {
      return parse(file, Json.fileTree(file, "a model folder"));
    } catch (KinetoneException e) {
      throw e.kind() == KinetoneException.Kind.USER && !e.getMessage().startsWith(file.toString())
          ? KinetoneException.user(e, "%s: %s", file, e.getMessage())
          : e;
    }
  }

  private static ModelIndex parse(Path file, ObjectNode root) {
    root.fieldNames()
        .forEachRemaining(
            key ->
                Check.that(
                    REQUIRED.contains(key) || key.equals(PICTURES), "unknown option '%s'", key));
    REQUIRED.stream()
        .sorted()
        .forEach(key -> Check.that(root.hasNonNull(key), "'%s' is missing", key));
    GenerativeSystem system = Systems.named(text(root, "system"));
    return new ModelIndex(
        system.name(),
        text(root, "description"),
        Json.bind(file + " at 'format'", root.get("format"), ClipFormat.class),
        root.has(PICTURES)
            ? Json.bind(file + " at '" + PICTURES + "'", root.get(PICTURES), PictureInput.class)
            : PictureInput.DEFAULT,
        OptionValues.read(root.get("defaults"), system.allOptions()));
  }

  private static String text(JsonNode root, String key) {
    JsonNode value = root.get(key);
    Check.that(value.isTextual(), "'%s' is %s, must be a text", key, value);
    return value.asText();
  }

  /** Writes the index into {@code folder}, which exists. */
  public void write(Path folder) throws IOException {
    ObjectNode root = Json.MAPPER.createObjectNode();
    root.put("system", system);
    root.put("description", description);
    root.set("format", Json.MAPPER.valueToTree(format));
    if (!pictures.equals(PictureInput.DEFAULT)) {
      root.set(PICTURES, Json.MAPPER.valueToTree(pictures));
    }
    root.set("defaults", defaults.write());
    Files.writeString(folder.resolve(FILE), Json.MAPPER.writeValueAsString(root) + "\n");
  }
}
