package kinetone.evaluate.sensitivity;

import java.util.List;
import java.util.Locale;
import kinetone.evaluate.Evaluation;
import kinetone.metric.Bootstrap;

/**
 * What each metric notices.
 *
 * @param protocol how it was measured, in words
 * @param real how many clips are compared with
 * @param altered how many clips were altered
 * @param rows metric by metric, alteration by alteration
 * @param faults clips that could not be read, or that people should know of
 */
public record SensitivityReport(
    String protocol, int real, int altered, List<Row> rows, List<Evaluation.Fault> faults) {
  /**
   * What one metric says of one alteration.
   *
   * @param metric its name
   * @param alteration its title
   * @param unit of the levels
   * @param levels from little to much
   * @param unaltered the figure of the clips as they are, with its interval over clips
   * @param figures by level; null where altered clips have none
   * @param harm by how much altered clips are worse than the same clips as they are, by level, with
   *     paired intervals over clips; below 0 where they are better
   * @param reaction in words
   */
  public record Row(
      String metric,
      String alteration,
      String unit,
      List<Double> levels,
      Bootstrap.Interval unaltered,
      List<Double> figures,
      List<Bootstrap.Interval> harm,
      String reaction) {}

  /** For people: what each metric notices, and a table for each alteration. */
  public String markdown() {
    StringBuilder text = new StringBuilder(protocol).append("\n\n| metric |");
    List<String> alterations = rows.stream().map(Row::alteration).distinct().toList();
    List<String> metrics = rows.stream().map(Row::metric).distinct().toList();
    alterations.forEach(one -> text.append(' ').append(one).append(" |"));
    text.append("\n|---|").append("---|".repeat(alterations.size())).append('\n');
    for (String metric : metrics) {
      text.append("| `").append(metric).append("` |");
      rows.stream()
          .filter(row -> row.metric().equals(metric))
          .forEach(row -> text.append(' ').append(told(row.reaction())).append(" |"));
      text.append('\n');
    }
    alterations.forEach(one -> table(text, one));
    return text.toString();
  }

  /** What people should not overlook stands out. */
  private static String told(String reaction) {
    boolean plain =
        reaction.equals(Reaction.STEADILY.words())
            || reaction.equals(Reaction.BLIND.words())
            || reaction.equals(Reaction.UNMEASURED.words());
    return plain ? reaction : "**" + reaction + "**";
  }

  private void table(StringBuilder text, String alteration) {
    List<Row> all = rows.stream().filter(row -> row.alteration().equals(alteration)).toList();
    List<Row> shown =
        all.stream().filter(row -> !row.reaction().equals(Reaction.BLIND.words())).toList();
    text.append("\n**").append(alteration).append("** (").append(all.get(0).unit()).append(")");
    text.append("\n\n| metric | as it is |");
    all.get(0).levels().forEach(level -> text.append(' ').append(level).append(" |"));
    text.append(" worse by, at most | it moves |\n|---|---|");
    text.append("---|".repeat(all.get(0).levels().size() + 2)).append('\n');
    for (Row row : shown) {
      text.append("| `").append(row.metric()).append("` | ").append(interval(row.unaltered()));
      row.figures().forEach(figure -> text.append(" | ").append(number(figure)));
      text.append(" | ").append(interval(row.harm().get(row.harm().size() - 1)));
      text.append(" | ").append(told(row.reaction())).append(" |\n");
    }
  }

  private static String interval(Bootstrap.Interval one) {
    return Double.isNaN(one.low())
        ? number(one.value())
        : "%s [%s, %s]".formatted(number(one.value()), number(one.low()), number(one.high()));
  }

  private static String number(Double value) {
    if (value == null || !Double.isFinite(value)) {
      return "-";
    }
    double size = Math.abs(value);
    return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.3f", value)
        .replaceFirst("^-(0\\.0+)$", "$1");
  }
}
