package kinetone.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.AWTError;
import java.awt.image.BufferedImage;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kinetone.checkpoint.Json;
import kinetone.common.AtomicFile;
import kinetone.common.KinetoneException;
import kinetone.report.Curves;
import kinetone.report.Png;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes figures as they come, one JSON object per line with {@code step} first and the same to
 * TensorBoard, samples as pictures, and redraws the loss curve whenever a checkpoint is written.
 */
final class Metrics implements TrainingListener, AutoCloseable {
  private static final ObjectWriter LINE = Json.MAPPER.writer(new MinimalPrettyPrinter(""));

  private static final int CURVE_WIDTH = 900;
  private static final int CURVE_HEIGHT = 420;
  private static final int CURVE_POINTS = 400;

  private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);

  private final RunDirectory run;
  private final BufferedWriter writer;
  private final Set<String> warned = new HashSet<>();
  private EventFile events;

  /** Continues the metrics of {@code run} after {@code step} steps; later lines are dropped. */
  Metrics(RunDirectory run, long step) {
    this.run = run;
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
    ornament("the event file", () -> events = new EventFile(run.events(), now()));
  }

  /**
   * Does what people look at and no training needs. Where it cannot be done, by a disk without room
   * or a machine without fonts, one warning is given and the training goes on.
   */
  private void ornament(String what, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | LinkageError | InternalError | AWTError e) {
      if (warned.add(what)) {
        LOG.warn("{} cannot be written; the training goes on without: {}", what, e.toString());
      }
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
      validated
          .figures()
          .forEach((name, value) -> scalar("validation/" + name, validated.step(), value));
    } else if (event instanceof TrainingEvent.Sampled sampled) {
      ornament("pictures of samples", () -> picture(sampled.step(), sampled.picture()));
    } else if (event instanceof TrainingEvent.Saved) {
      ornament("the loss curve", this::curve);
    }
  }

  private void line(long step, double seconds, String phase, TrainingEvent.PhaseStep report) {
    ObjectNode node = Json.MAPPER.createObjectNode().put("step", step).put("phase", phase);
    node.put("seconds", seconds).put("learningRate", report.learningRate());
    node.put("gradNorm", report.gradNorm()).put("loss", report.loss());
    figures(node.putObject("parts"), report.parts());
    write(node);
    scalar(phase + "/loss", step, report.loss());
    scalar(phase + "/learning_rate", step, report.learningRate());
    scalar(phase + "/grad_norm", step, report.gradNorm());
    report.parts().forEach((name, value) -> scalar(phase + "/" + name, step, value));
  }

  private void picture(long step, BufferedImage picture) {
    byte[] bytes = Png.bytes(picture);
    AtomicFile.write(run.samples(step), file -> Files.write(file, bytes));
    if (events != null) {
      events.image("samples", step, now(), picture.getWidth(), picture.getHeight(), bytes);
    }
  }

  private void curve() {
    List<Curves.Series> series =
        run.series().stream().map(one -> one.thinned(CURVE_POINTS)).toList();
    new Curves(CURVE_WIDTH, CURVE_HEIGHT, true, "loss").write(run.lossCurve(), series);
  }

  private void scalar(String tag, long step, double value) {
    if (events != null) {
      ornament("the event file", () -> events.scalar(tag, step, now(), value));
    }
  }

  private static double now() {
    return System.currentTimeMillis() / 1000.0;
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
    if (events != null) {
      ornament("the event file", events::close);
    }
    try {
      writer.close();
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot write the metrics: %s", e.getMessage());
    }
  }
}
