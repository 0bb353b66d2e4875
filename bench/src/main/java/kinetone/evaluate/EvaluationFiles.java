package kinetone.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import kinetone.checkpoint.Json;
import kinetone.common.AtomicFile;
import kinetone.common.KinetoneException;
import kinetone.report.Curves;

/** Writes a report: JSON, two tables in CSV, and the page with its pictures. */
public final class EvaluationFiles {
  private EvaluationFiles() {}

  /**
   * Writes {@code report.json}, {@code figures.csv}, {@code clips.csv} and {@code index.html}.
   *
   * @param sets where the clips are, the real ones first
   */
  public static void write(Path folder, EvaluationReport report, List<Evaluation.ClipSet> sets) {
    text(folder.resolve("report.json"), json(report) + "\n");
    text(folder.resolve("figures.csv"), figures(report));
    text(folder.resolve("clips.csv"), clips(report));
    for (EvaluationReport.MetricResult metric : report.metrics()) {
      List<Curves.Series> curves =
          metric.sets().stream()
              .filter(set -> !set.curve().isEmpty())
              .map(EvaluationFiles::series)
              .toList();
      if (!curves.isEmpty()) {
        new Curves(760, 320, false, metric.title(), "clips")
            .write(folder.resolve(metric.name() + ".png"), curves);
      }
    }
    text(folder.resolve("index.html"), EvaluationPage.html(folder, report, sets));
  }

  private static Curves.Series series(EvaluationReport.SetResult set) {
    return new Curves.Series(
        set.set(),
        set.curve().stream().mapToDouble(Metric.Point::x).toArray(),
        set.curve().stream().mapToDouble(Metric.Point::y).toArray());
  }

  /** A record as one JSON object; what is no number is null. */
  public static String json(Object report) {
    ObjectNode root = Json.MAPPER.valueToTree(report);
    Json.withoutNaN(root);
    try {
      return Json.MAPPER.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw KinetoneException.internal("a report cannot be written: %s", e.getMessage());
    }
  }

  private static String figures(EvaluationReport report) {
    StringBuilder csv = new StringBuilder("metric,figure,set,clips,value,low,high\n");
    for (EvaluationReport.MetricResult metric : report.metrics()) {
      String real = report.sets().get(0).name();
      metric.real().forEach(one -> row(csv, metric.name(), real, metric.realClips(), one));
      for (EvaluationReport.SetResult set : metric.sets()) {
        set.figures().forEach(one -> row(csv, metric.name(), set.set(), set.clips(), one));
      }
    }
    return csv.toString();
  }

  private static void row(
      StringBuilder csv, String metric, String set, int clips, Metric.Figure figure) {
    if (figure != null) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%s,%d,%s,%s,%s%n",
              metric,
              quoted(figure.name()),
              quoted(set),
              clips,
              number(figure.interval().value()),
              number(figure.interval().low()),
              number(figure.interval().high())));
    }
  }

  private static String clips(EvaluationReport report) {
    StringBuilder csv = new StringBuilder("metric,set,clip,value\n");
    for (EvaluationReport.MetricResult metric : report.metrics()) {
      for (EvaluationReport.SetResult set : metric.sets()) {
        for (EvaluationReport.ClipValue clip : set.perClip()) {
          csv.append(
              String.format(
                  Locale.ROOT,
                  "%s,%s,%s,%s%n",
                  metric.name(),
                  quoted(set.set()),
                  quoted(clip.clip()),
                  number(clip.value())));
        }
      }
    }
    return csv.toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  private static String number(double value) {
    return Double.isFinite(value) ? Double.toString(value) : "";
  }

  private static void text(Path file, String text) {
    AtomicFile.write(file, temporary -> Files.writeString(temporary, text));
  }
}
