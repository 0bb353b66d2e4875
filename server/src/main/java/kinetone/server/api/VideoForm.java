package kinetone.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.http.UploadedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;
import kinetone.pipeline.AskedRequest;
import kinetone.pipeline.Option;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Systems;
import kinetone.pipeline.TaskInput;
import kinetone.pipeline.TaskKind;

/**
 * A request as it came, as a form or as JSON: the fields of {@link AskedRequest} by the same names
 * and within the same ranges as on the command line and in batches, and those of the videos API.
 *
 * @param asked the fields of generation
 * @param model the model that was named
 * @param variants how many clips
 * @param size of the pictures, where it was said
 * @param video the sent picture
 * @param audio the sent sound
 * @param sourceId a job whose result is the given picture
 * @param sourceIndex which of its results
 */
record VideoForm(
    AskedRequest asked,
    Optional<String> model,
    int variants,
    Optional<String> size,
    Optional<UploadedFile> video,
    Optional<UploadedFile> audio,
    Optional<String> sourceId,
    int sourceIndex) {
  /** The fields of the API that are no fields of generation. */
  private static final Set<String> OWN =
      Set.of("model", "n", "size", "input_video_id", "input_index");

  private static final List<String> PICTURES = List.of("input_video", "input_reference");
  private static final String SOUND = "input_audio";

  static VideoForm read(Context context, Ceilings ceilings) {
    if (context.isMultipartFormData()) {
      return form(context, ceilings);
    }
    String type = context.contentType();
    if (type == null || !type.toLowerCase(java.util.Locale.ROOT).startsWith("application/json")) {
      throw ApiException.refused(
          415,
          "unsupported_media_type",
          "send JSON (application/json), or a form (multipart/form-data) where there are files");
    }
    return json(body(context, ceilings), ceilings);
  }

  /** The object that the body is. */
  static ObjectNode body(Context context, Ceilings ceilings) {
    try (InputStream in = context.bodyInputStream()) {
      byte[] bytes = in.readNBytes(ceilings.bodyBytes() + 1);
      if (bytes.length > ceilings.bodyBytes()) {
        throw ApiException.refused(
            413, "too_large", "the body has more than " + ceilings.bodyBytes() + " bytes");
      }
      String text = new String(bytes, StandardCharsets.UTF_8);
      return Json.tree("the request", text.isBlank() ? "{}" : text);
    } catch (IOException e) {
      throw ApiException.refused(400, "incomplete", "the request did not come to its end");
    }
  }

  static VideoForm json(ObjectNode body, Ceilings ceilings) {
    for (String name : List.of("input_video", "input_reference", SOUND, "video", "audio")) {
      if (body.hasNonNull(name)) {
        throw ApiException.invalid(
            name,
            name
                + " is a file: send the request as multipart/form-data with the file as the part"
                + " input_video or input_audio");
      }
      body.remove(name);
    }
    ObjectNode fields = body.deepCopy();
    fields.remove(List.copyOf(OWN));
    if (fields.path("prompt").isTextual() && fields.path("prompt").asText().isEmpty()) {
      fields.remove("prompt");
    }
    if (fields.path("seconds").isTextual()) {
      // The videos API writes this number as a text.
      fields.put("seconds", number("seconds", fields.path("seconds").asText()));
    }
    AskedRequest asked = Json.bind("the request", fields, AskedRequest.class);
    return new VideoForm(
        asked,
        text(body, "model"),
        variants(whole(body, "n"), ceilings),
        text(body, "size"),
        Optional.empty(),
        Optional.empty(),
        text(body, "input_video_id"),
        index(whole(body, "input_index"), ceilings));
  }

  private static Optional<String> text(ObjectNode body, String name) {
    JsonNode node = body.get(name);
    if (node == null || node.isNull()) {
      return Optional.empty();
    }
    Check.that(node.isTextual(), "%s must be a text", name);
    return Optional.of(node.asText());
  }

  private static Optional<Integer> whole(ObjectNode body, String name) {
    JsonNode node = body.get(name);
    if (node == null || node.isNull()) {
      return Optional.empty();
    }
    Check.that(node.isInt(), "%s must be a whole number", name);
    return Optional.of(node.asInt());
  }

  private static int variants(Optional<Integer> n, Ceilings ceilings) {
    return Check.within("n", n.orElse(1), 1, ceilings.variants());
  }

  private static int index(Optional<Integer> index, Ceilings ceilings) {
    return Check.within("input_index", index.orElse(0), 0, ceilings.variants() - 1);
  }

  private static VideoForm form(Context context, Ceilings ceilings) {
    Map<String, List<UploadedFile>> files = context.uploadedFileMap();
    Map<String, String> fields = new TreeMap<>();
    for (Map.Entry<String, List<String>> field : context.formParamMap().entrySet()) {
      if (files.containsKey(field.getKey())) {
        continue;
      }
      if (field.getValue().size() != 1) {
        throw ApiException.invalid(
            Printable.of(field.getKey()), Printable.of(field.getKey()) + " is given twice");
      }
      fields.put(field.getKey(), field.getValue().get(0));
    }
    Check.that(
        fields.size() + files.size() <= ceilings.fields(),
        "the form has more than %d fields",
        ceilings.fields());
    Optional<UploadedFile> video = Optional.empty();
    Optional<UploadedFile> audio = Optional.empty();
    for (Map.Entry<String, List<UploadedFile>> part : files.entrySet()) {
      Check.that(part.getValue().size() == 1, "%s is given twice", Printable.of(part.getKey()));
      if (PICTURES.contains(part.getKey()) && video.isEmpty()) {
        video = Optional.of(part.getValue().get(0));
      } else if (part.getKey().equals(SOUND)) {
        audio = Optional.of(part.getValue().get(0));
      } else {
        throw ApiException.invalid(
            Printable.of(part.getKey()),
            "a file is sent as '"
                + Printable.of(part.getKey())
                + "'; send one as input_video, or as input_audio");
      }
    }
    for (String name : List.of("input_video", "input_reference", SOUND, "video", "audio")) {
      if (fields.containsKey(name)) {
        throw ApiException.invalid(
            name, name + " must be a file: send it with a file name, as curl -F input_video=@FILE");
      }
    }
    return new VideoForm(
        asked(fields),
        Optional.ofNullable(fields.get("model")),
        variants(whole(fields, "n"), ceilings),
        Optional.ofNullable(fields.get("size")),
        video,
        audio,
        Optional.ofNullable(fields.get("input_video_id")),
        index(whole(fields, "input_index"), ceilings));
  }

  private static Optional<Integer> whole(Map<String, String> fields, String name) {
    if (!fields.containsKey(name)) {
      return Optional.empty();
    }
    double value = number(name, fields.get(name));
    Check.that(
        value == Math.rint(value) && Math.abs(value) < 1e9, "%s must be a whole number", name);
    return Optional.of((int) value);
  }

  private static double number(String name, String text) {
    try {
      double value = Double.parseDouble(text.strip());
      Check.that(Double.isFinite(value), "%s = %s, must be a number", name, value);
      return value;
    } catch (NumberFormatException e) {
      throw KinetoneException.user(e, "%s = '%s', must be a number", name, Printable.of(text));
    }
  }

  /** Texts of a form, read as the command line reads them. */
  private static AskedRequest asked(Map<String, String> fields) {
    TaskKind task = null;
    Long seed = null;
    Map<TaskInput, Double> times = new EnumMap<>(TaskInput.class);
    OptionValues options = OptionValues.NONE;
    for (Map.Entry<String, String> field : fields.entrySet()) {
      String name = field.getKey();
      String text = field.getValue();
      Optional<TaskInput> input = input(name);
      if (name.equals("task")) {
        task = TaskKind.named(text);
      } else if (name.equals("seed")) {
        seed = seed(text);
      } else if (input.isPresent()) {
        times.put(input.get(), number(name, text));
      } else if (!OWN.contains(name) && !(name.equals("prompt") && text.isEmpty())) {
        options = parsed(options, option(name), text);
      }
    }
    return AskedRequest.of(task, null, null, times, seed, options);
  }

  private static <T> OptionValues parsed(OptionValues values, Option<T> option, String text) {
    return values.withParsed(option, text);
  }

  private static Optional<TaskInput> input(String name) {
    for (TaskInput input : TaskInput.values()) {
      if (input.label().equals(name)) {
        return Optional.of(input);
      }
    }
    return Optional.empty();
  }

  private static Option<?> option(String name) {
    for (Option<?> option : Systems.options()) {
      if (option.name().equals(name)) {
        return option;
      }
    }
    throw KinetoneException.user(
        "unknown option '%s'; known here: %s",
        Printable.of(name),
        String.join(", ", Systems.options().stream().map(Option::name).sorted().toList()));
  }

  private static long seed(String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw KinetoneException.user(e, "seed = '%s', must be a whole number", Printable.of(text));
    }
  }
}
