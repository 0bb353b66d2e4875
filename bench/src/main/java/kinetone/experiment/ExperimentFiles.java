package kinetone.experiment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import kinetone.checkpoint.Json;
import kinetone.common.AtomicFile;
import kinetone.metric.Bootstrap;
import kinetone.report.Bars;
import kinetone.report.Png;

/** Writes what came out: {@code result.json}, {@code result.md} and a plot of each figure. */
public final class ExperimentFiles {
  private ExperimentFiles() {}

  /** Writes into {@code folder}, over what an earlier run wrote. */
  public static void write(Path folder, ExperimentResult result) {
    ObjectNode json = Json.MAPPER.valueToTree(result);
    Json.withoutNaN(json);
    text(folder.resolve("result.json"), json.toPrettyString() + "\n");
    text(folder.resolve("result.md"), markdown(result));
    for (String quantity : quantities(result)) {
      List<ExperimentResult.Row> rows =
          result.rows().stream().filter(row -> row.quantity().equals(quantity)).toList();
      Png.write(
          folder.resolve(
              quantity.replaceAll("[^A-Za-z0-9]+", "-").toLowerCase(Locale.ROOT) + ".png"),
          Bars.draw(
              quantity,
              rows.stream()
                  .map(row -> new Bars.Bar(row.variant(), row.task(), row.value()))
                  .toList()));
    }
  }

  private static List<String> quantities(ExperimentResult result) {
    return result.rows().stream().map(ExperimentResult.Row::quantity).distinct().toList();
  }

  private static void text(Path file, String text) {
    AtomicFile.write(file, temporary -> Files.writeString(temporary, text));
  }

  /** The result for people: verdicts first, then a table for each figure. */
  public static String markdown(ExperimentResult result) {
    StringBuilder text = new StringBuilder("# ").append(result.title()).append("\n\n");
    text.append(
        "Budget `%s`: %d trainings of each variant (seeds %s), %d clips of each model and task.%n%n"
            .formatted(result.budget(), result.seeds().size(), result.seeds(), result.clips()));
    text.append(result.protocol()).append("\n\n## Claims\n\n");
    for (Verdict verdict : result.verdicts()) {
      text.append("- ").append(verdict.claim()).append(" **");
      text.append(verdict.outcome().words()).append("**\n");
      for (Comparison one : verdict.comparisons()) {
        text.append(
            "  - %s, %s: %s better than %s by %s; by seed %s%s%n"
                .formatted(
                    one.task(),
                    one.quantity(),
                    one.variant(),
                    one.other(),
                    interval(one.advantage()),
                    String.join(", ", one.bySeed().stream().map(ExperimentFiles::number).toList()),
                    one.atChance() ? "; both at chance, says nothing" : ""));
      }
    }
    List<String> tasks = result.rows().stream().map(ExperimentResult.Row::task).distinct().toList();
    for (String quantity : quantities(result)) {
      table(text, result, quantity, tasks);
    }
    losses(text, result.losses());
    return text.toString();
  }

  private static void losses(StringBuilder text, List<ExperimentResult.Loss> losses) {
    List<String> parts = losses.stream().map(ExperimentResult.Loss::part).distinct().toList();
    if (parts.isEmpty()) {
      return;
    }
    text.append("\n## Held-out loss at the end of training, by seed\n\n| network |");
    parts.forEach(part -> text.append(' ').append(part).append(" |"));
    text.append("\n|---|").append("---|".repeat(parts.size())).append('\n');
    for (String network : losses.stream().map(ExperimentResult.Loss::network).distinct().toList()) {
      text.append("| ").append(network).append(" |");
      for (String part : parts) {
        text.append(' ');
        losses.stream()
            .filter(one -> one.network().equals(network) && one.part().equals(part))
            .forEach(
                one ->
                    text.append(
                        String.join(
                            ", ", one.bySeed().stream().map(ExperimentFiles::number).toList())));
        text.append(" |");
      }
      text.append('\n');
    }
  }

  private static void table(
      StringBuilder text, ExperimentResult result, String quantity, List<String> tasks) {
    List<ExperimentResult.Row> rows =
        result.rows().stream().filter(row -> row.quantity().equals(quantity)).toList();
    List<String> shown =
        tasks.stream()
            .filter(task -> rows.stream().anyMatch(row -> row.task().equals(task)))
            .toList();
    text.append("\n## ").append(quantity).append("\n\n| variant |");
    shown.forEach(task -> text.append(' ').append(task).append(" |"));
    text.append("\n|---|").append("---|".repeat(shown.size())).append('\n');
    for (String variant : rows.stream().map(ExperimentResult.Row::variant).distinct().toList()) {
      text.append("| ").append(variant).append(" |");
      for (String task : shown) {
        rows.stream()
            .filter(row -> row.variant().equals(variant) && row.task().equals(task))
            .forEach(row -> text.append(' ').append(interval(row.value())).append(" |"));
      }
      text.append('\n');
    }
  }

  private static String interval(Bootstrap.Interval one) {
    return "%s [%s, %s]".formatted(number(one.value()), number(one.low()), number(one.high()));
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "-";
  }
}
