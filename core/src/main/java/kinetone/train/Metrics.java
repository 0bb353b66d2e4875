package kinetone.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.Json;
import kinetone.common.AtomicFile;
import kinetone.common.KinetoneException;

/** Writes figures as they come: one JSON object per line, with {@code step} first. */
final class Metrics implements TrainingListener, AutoCloseable {
  private static final ObjectWriter LINE = Json.MAPPER.writer(new MinimalPrettyPrinter(""));

  private final BufferedWriter writer;

  /** Continues the metrics of {@code run} after {@code step} steps; later lines are dropped. */
  Metrics(RunDirectory run, long step) {
    try {
      Path file = run.metrics();
      if (Files.exists(file)) {
        List<String> kept = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
          if (stepOf(line) <= step) {
            kept.add(line);
          }
        }
        AtomicFile.write(file, temporary -> Files.write(temporary, kept));
      }
      writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot write %s", run.metrics());
    }
  }

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.Step step) {
      step.phases().forEach((phase, report) -> line(step.step(), step.seconds(), phase, report));
    } else if (event instanceof TrainingEvent.Validated validated) {
      ObjectNode node = Json.MAPPER.createObjectNode().put("step", validated.step());
      figures(node.putObject("validation"), validated.figures());
      write(node);
    }
  }

  private void line(long step, double seconds, String phase, TrainingEvent.PhaseStep report) {
    ObjectNode node = Json.MAPPER.createObjectNode().put("step", step).put("phase", phase);
    node.put("seconds", seconds).put("learningRate", report.learningRate());
    node.put("gradNorm", report.gradNorm()).put("loss", report.loss());
    figures(node.putObject("parts"), report.parts());
    write(node);
  }

  private static void figures(ObjectNode node, Map<String, Double> figures) {
    figures.forEach(node::put);
  }

  private void write(ObjectNode node) {
    try {
      writer.write(LINE.writeValueAsString(node));
      writer.write('\n');
      writer.flush();
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot write the metrics: %s", e.getMessage());
    }
  }

  /** The step of a line; a line that a killed process left unfinished counts as later than all. */
  private static long stepOf(String line) {
    try {
      JsonNode node = Json.MAPPER.readTree(line);
      return node.path("step").asLong(Long.MAX_VALUE);
    } catch (JsonProcessingException e) {
      return Long.MAX_VALUE;
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot write the metrics: %s", e.getMessage());
    }
  }
}
