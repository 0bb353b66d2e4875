package kinetone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kinetone.bench.Processor;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import kinetone.tensor.Bf16Speed;
import kinetone.tensor.Engine;

/** A measurement as one line of JSON, or as lines for people. */
final class BenchReport {
  private final ObjectNode root;

  /**
   * Every report begins with the machine: its processor, what {@code --precision auto} measured and
   * chooses there, and whether GPUs may round products to TF32.
   *
   * @param figures a record that Jackson can write
   */
  BenchReport(String bench, String model, Object figures) {
    root = Json.MAPPER.createObjectNode();
    root.put("bench", bench);
    root.put("model", model);
    Processor processor = Processor.here();
    root.put("processor", processor.name());
    root.put("processorFeatures", String.join(" ", processor.features()));
    root.put("processors", Runtime.getRuntime().availableProcessors());
    Bf16Speed speed = Bf16Speed.ofCpu();
    root.put("productMillisFp32", speed.fp32() * 1000);
    root.put("productMillisBf16", speed.bf16() * 1000);
    root.put("autoPrecisionOnCpu", speed.worthIt() ? "bf16" : "fp32");
    root.put("tf32OnGpu", Engine.tf32());
    root.put("java", Runtime.version().toString());
    root.setAll((ObjectNode) Json.MAPPER.valueToTree(figures));
    Json.withoutNaN(root);
  }

  /** One line; what could not be measured is null. */
  String json() {
    try {
      return Json.MAPPER
          .writer()
          .without(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw KinetoneException.internal("a report cannot be written: %s", e.getMessage());
    }
  }

  /** A line for every figure, a table for every list. */
  String text() {
    List<String> lines = new ArrayList<>();
    fields(root, lines);
    return String.join(System.lineSeparator(), lines);
  }

  private static void fields(JsonNode object, List<String> lines) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      JsonNode value = field.getValue();
      if (value.isArray()) {
        table(value, lines);
      } else if (value.isObject()) {
        lines.add(words(field.getKey()) + ":");
        List<String> inner = new ArrayList<>();
        fields(value, inner);
        inner.forEach(line -> lines.add("  " + line));
      } else {
        lines.add(String.format(Locale.ROOT, "%-24s %s", words(field.getKey()), number(value)));
      }
    }
  }

  private static void table(JsonNode rows, List<String> lines) {
    List<List<String>> cells = new ArrayList<>();
    for (JsonNode row : rows) {
      if (cells.isEmpty()) {
        List<String> head = new ArrayList<>();
        row.fieldNames().forEachRemaining(name -> head.add(words(name)));
        cells.add(head);
      }
      List<String> line = new ArrayList<>();
      row.elements().forEachRemaining(value -> line.add(number(value)));
      cells.add(line);
    }
    int[] widths = new int[cells.isEmpty() ? 0 : cells.get(0).size()];
    for (List<String> row : cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : cells) {
      StringBuilder line = new StringBuilder("  ");
      for (int i = 0; i < widths.length; i++) {
        String form = i == 0 ? "%-" + widths[i] + "s" : "  %" + widths[i] + "s";
        line.append(String.format(Locale.ROOT, form, row.get(i)));
      }
      lines.add(line.toString().stripTrailing());
    }
  }

  private static String number(JsonNode value) {
    if (value.isNull()) {
      return "-";
    }
    if (value.isObject()) {
      return interval(value);
    }
    if (!value.isFloatingPointNumber()) {
      return value.asText();
    }
    double number = value.asDouble();
    String form = Math.abs(number) >= 100 ? "%.0f" : Math.abs(number) >= 10 ? "%.1f" : "%.3f";
    return String.format(Locale.ROOT, Math.abs(number) < 0.1 ? "%.5f" : form, number);
  }

  /** A figure and, where it has one, its interval, all with the same digits. */
  private static String interval(JsonNode value) {
    double figure = value.path("value").asDouble();
    if (value.path("low").isNull()) {
      return figure == Math.rint(figure)
          ? Long.toString((long) figure)
          : number(value.path("value"));
    }
    String digits = Math.abs(figure) >= 100 ? "%.0f" : Math.abs(figure) >= 10 ? "%.1f" : "%.3f";
    return String.format(
        Locale.ROOT,
        "%1$s [%1$s, %1$s]".replace("%1$s", digits),
        figure,
        value.path("low").asDouble(),
        value.path("high").asDouble());
  }

  /** "ofSgemm" as "of sgemm". */
  private static String words(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
  }
}
