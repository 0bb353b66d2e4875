package kinetone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kinetone.checkpoint.Json;
import kinetone.common.Sha256;

/**
 * Models of which one thing was altered: each number of each configuration has each of a few
 * values, each configuration is something else than an object, and each component's weights hold a
 * number that is none, with a hash that matches.
 */
final class AlteredModels {
  /** What replaces a number; the text is none of JSON where JSON cannot say it. */
  private static final List<String> VALUES =
      List.of("0", "-1", "1000000000", "1000000", "1e30", "NaN", "\"a text\"");

  /** What replaces a whole file. */
  private static final List<String> FILES = List.of("", "[]", "{}", "null", "7", "{\"type\": 7}");

  private static final List<Float> WEIGHTS =
      List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);

  /** Of a list of numbers (statistics of 40 channels) the first few say enough. */
  private static final int FIRST = 2;

  /**
   * One alteration.
   *
   * @param name for people
   * @param file relative to the model
   * @param alter what is done to it, in a copy of the model
   */
  record Alteration(String name, Path file, Alter alter) {
    /** A change to a file. */
    interface Alter {
      void apply(Path file) throws IOException;
    }

    /** Makes the altered model in {@code folder}, which does not exist. */
    Path write(Path model, Path folder) throws IOException {
      try (Stream<Path> files = Files.walk(model)) {
        for (Path from : files.filter(Files::isRegularFile).toList()) {
          Path to = folder.resolve(model.relativize(from).toString());
          Files.createDirectories(to.getParent());
          Files.copy(from, to);
        }
      }
      alter.apply(folder.resolve(file.toString()));
      return folder;
    }
  }

  private AlteredModels() {}

  /** All alterations of the model in {@code model}, in a fixed order. */
  static List<Alteration> of(Path model) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(model)) {
      files = found.filter(Files::isRegularFile).map(model::relativize).sorted().toList();
    }
    List<Alteration> alterations = new ArrayList<>();
    for (Path file : files) {
      if (file.toString().endsWith(".json")) {
        for (String text : FILES) {
          alterations.add(
              new Alteration(file + " is '" + text + "'", file, at -> Files.writeString(at, text)));
        }
        ObjectNode root = (ObjectNode) Json.MAPPER.readTree(model.resolve(file).toFile());
        numbers("", root, file, alterations);
        foreign("", root, file, alterations);
      } else if (file.toString().endsWith(".safetensors")) {
        for (float value : WEIGHTS) {
          alterations.add(new Alteration(file + " holds " + value, file, at -> poison(at, value)));
        }
      }
    }
    return alterations;
  }

  private static void numbers(String at, JsonNode node, Path file, List<Alteration> into) {
    if (node.isNumber()) {
      for (String value : VALUES) {
        into.add(
            new Alteration(
                file + " " + at + " = " + value, file, path -> replace(path, at, value)));
      }
    }
    int index = 0;
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      numbers(at + "/" + field.getKey(), field.getValue(), file, into);
    }
    for (JsonNode item : node.isArray() ? node : List.<JsonNode>of()) {
      if (index < FIRST) {
        numbers(at + "/" + index++, item, file, into);
      }
    }
  }

  /** A key that nobody knows, in each object. */
  private static void foreign(String at, JsonNode node, Path file, List<Alteration> into) {
    if (node.isObject()) {
      into.add(
          new Alteration(
              file + " " + at + " has a foreign key",
              file,
              path -> {
                JsonNode root = Json.MAPPER.readTree(path.toFile());
                ((ObjectNode) root.at(at)).put("foreign", 1);
                Files.writeString(path, Json.MAPPER.writeValueAsString(root));
              }));
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        foreign(at + "/" + field.getKey(), field.getValue(), file, into);
      }
    }
  }

  private static void replace(Path file, String at, String value) throws IOException {
    JsonNode root = Json.MAPPER.readTree(file.toFile());
    int cut = at.lastIndexOf('/');
    JsonNode parent = root.at(at.substring(0, cut));
    String last = at.substring(cut + 1);
    // A mark that is replaced in the text, since JSON knows no NaN.
    JsonNode mark = JsonNodeFactory.instance.textNode("@@");
    if (parent instanceof ArrayNode list) {
      list.set(Integer.parseInt(last), mark);
    } else {
      ((ObjectNode) parent).set(last, mark);
    }
    Files.writeString(file, Json.MAPPER.writeValueAsString(root).replace("\"@@\"", value));
  }

  /** The last number of the weights, of whatever type, and the hash that fits. */
  private static void poison(Path weights, float value) throws IOException {
    byte[] bytes = Files.readAllBytes(weights);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    String header =
        new String(bytes, 8, (int) buffer.getLong(0), java.nio.charset.StandardCharsets.UTF_8);
    JsonNode tensors = Json.MAPPER.readTree(header);
    long end = 0;
    String type = "";
    for (Map.Entry<String, JsonNode> tensor : tensors.properties()) {
      String dtype = tensor.getValue().path("dtype").asText();
      long last = tensor.getValue().path("data_offsets").path(1).asLong();
      if (last > end && List.of("F32", "F16", "BF16").contains(dtype)) {
        end = last;
        type = dtype;
      }
    }
    int at = 8 + header.getBytes(java.nio.charset.StandardCharsets.UTF_8).length + (int) end;
    int bits = Float.floatToRawIntBits(value);
    switch (type) {
      case "F32" -> buffer.putInt(at - 4, bits);
      case "BF16" -> buffer.putShort(at - 2, (short) (bits >>> 16));
      // Sign, exponent of ones, and the first bit of the fraction.
      default ->
          buffer.putShort(
              at - 2, (short) ((bits >>> 16 & 0x8000) | 0x7c00 | (Float.isNaN(value) ? 0x200 : 0)));
    }
    Files.write(weights, bytes);
    Path config = weights.resolveSibling("config.json");
    ObjectNode root = (ObjectNode) Json.MAPPER.readTree(config.toFile());
    root.put("sha256", Sha256.of(weights));
    Files.writeString(config, Json.MAPPER.writeValueAsString(root));
  }
}
