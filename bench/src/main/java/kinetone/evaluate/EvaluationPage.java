package kinetone.evaluate;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import kinetone.metric.Bootstrap;

/** The report as one page, with the best and worst clips to look at and to listen to. */
final class EvaluationPage {
  private static final int SHOWN = 3;

  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Evaluation</title>
      <style>
      body { font: 15px/1.45 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
      table { border-collapse: collapse; margin: .6rem 0; display: block; overflow-x: auto }
      th, td { padding: .25rem .7rem; border-bottom: 1px solid #ddd; text-align: left; white-space: nowrap }
      td.n { text-align: right; font-variant-numeric: tabular-nums } td.n small { display: block }
      table.overview td:first-child { white-space: normal; min-width: 9rem }
      p.protocol { color: #555; max-width: 50rem } small { color: #666 }
      .row { display: flex; flex-wrap: wrap; gap: 1rem } figure { margin: 0 }
      video { width: 180px; background: #000 } audio { width: 220px }
      img { max-width: 100% } figcaption { font-size: 12px; max-width: 200px; overflow-wrap: anywhere }
      </style></head><body><h1>Evaluation</h1>
      """;

  private final StringBuilder page = new StringBuilder(HEAD);
  private final Path folder;
  private final Map<String, Path> places;

  private EvaluationPage(Path folder, List<Evaluation.ClipSet> sets) {
    this.folder = folder;
    places =
        sets.stream()
            .collect(Collectors.toMap(Evaluation.ClipSet::name, Evaluation.ClipSet::folder));
  }

  static String html(Path folder, EvaluationReport report, List<Evaluation.ClipSet> sets) {
    EvaluationPage page = new EvaluationPage(folder, sets);
    page.overview(report);
    page.faults(report);
    report.metrics().forEach(metric -> page.metric(report, metric));
    return page.page.append("</body></html>\n").toString();
  }

  private void overview(EvaluationReport report) {
    page.append("<p>");
    page.append(
        report.sets().stream()
            .map(set -> "%s: %d clips".formatted(escape(set.name()), set.clips()))
            .collect(Collectors.joining("; ")));
    page.append(". The first is the real one. Brackets hold 95 % intervals over clips.");
    if (report.startSeconds() > 0 || report.seconds() != null) {
      page.append(
          String.format(
              Locale.ROOT,
              " Of each clip counts the part from %s s on%s.",
              report.startSeconds(),
              report.seconds() == null ? "" : ", for " + report.seconds() + " s"));
    }
    page.append("</p>");
    report.notes().forEach(note -> page.append("<p>").append(escape(note)).append("</p>\n"));
    page.append("<table class=\"overview\"><tr><th>figure</th><th>better</th>");
    report.sets().forEach(set -> page.append("<th>").append(escape(set.name())).append("</th>"));
    page.append("</tr>\n");
    for (EvaluationReport.MetricResult metric : report.metrics()) {
      for (int row = 0; row < rows(metric); row++) {
        figureRow(metric, row);
      }
    }
    page.append("</table>\n");
  }

  private static int rows(EvaluationReport.MetricResult metric) {
    int rows = metric.real().size();
    for (EvaluationReport.SetResult set : metric.sets()) {
      rows = Math.max(rows, set.figures().size());
    }
    return rows;
  }

  private void figureRow(EvaluationReport.MetricResult metric, int row) {
    List<Metric.Figure> cells = new ArrayList<>();
    cells.add(at(metric.real(), row));
    metric.sets().forEach(set -> cells.add(at(set.figures(), row)));
    if (row > 0 && cells.stream().allMatch(Objects::isNull)) {
      return;
    }
    String name =
        cells.stream()
            .filter(one -> one != null)
            .map(Metric.Figure::name)
            .findFirst()
            .orElse(metric.title());
    page.append("<tr><td><a href=\"#").append(metric.name()).append("\">").append(escape(name));
    page.append("</a></td><td>").append(row == 0 ? metric.better() : "").append("</td>");
    for (Metric.Figure cell : cells) {
      page.append("<td class=\"n\">").append(cell == null ? "-" : cell(cell.interval()));
      page.append("</td>");
    }
    page.append("</tr>\n");
  }

  private static Metric.Figure at(List<Metric.Figure> figures, int row) {
    return row < figures.size() ? figures.get(row) : null;
  }

  private void faults(EvaluationReport report) {
    if (report.faults().isEmpty()) {
      return;
    }
    page.append("<h2>Clips to know of</h2><table><tr><th>set</th><th>clip</th><th>what</th>");
    page.append("<th>counted</th></tr>\n");
    for (Evaluation.Fault fault : report.faults()) {
      page.append("<tr><td>").append(escape(fault.set())).append("</td><td>");
      page.append(escape(fault.clip())).append("</td><td style=\"white-space: normal\">");
      page.append(escape(fault.what())).append("</td><td>");
      page.append(fault.counted() ? "yes" : "no").append("</td></tr>\n");
    }
    page.append("</table>\n");
  }

  private void metric(EvaluationReport report, EvaluationReport.MetricResult metric) {
    page.append("<h2 id=\"").append(metric.name()).append("\">").append(escape(metric.title()));
    page.append(" <small>").append(metric.name()).append("; better: ").append(metric.better());
    page.append("</small></h2><p class=\"protocol\">").append(escape(metric.protocol()));
    page.append(" Clips that have what is measured: ").append(escape(report.sets().get(0).name()));
    page.append(" ").append(metric.realClips());
    metric
        .sets()
        .forEach(
            set -> page.append(", ").append(escape(set.set())).append(" ").append(set.clips()));
    page.append(".</p>\n");
    for (EvaluationReport.Difference one : metric.differences()) {
      page.append("<p>").append(escape(one.set())).append(" less ").append(escape(one.from()));
      page.append(", mean over ").append(one.pairs()).append(" pairs: ");
      page.append(text(one.interval())).append(", p ");
      page.append(String.format(Locale.ROOT, "%.3g", one.p())).append(".</p>\n");
    }
    if (metric.sets().stream().anyMatch(set -> !set.curve().isEmpty())) {
      page.append("<img alt=\"by number of clips\" src=\"").append(metric.name());
      page.append(".png\">\n");
    }
    metric.sets().forEach(set -> examples(metric, set));
  }

  /** The clips at both ends. */
  private void examples(EvaluationReport.MetricResult metric, EvaluationReport.SetResult set) {
    if (set.perClip().size() < 2 * SHOWN) {
      return;
    }
    Comparator<EvaluationReport.ClipValue> order =
        Comparator.comparingDouble(EvaluationReport.ClipValue::value);
    List<EvaluationReport.ClipValue> sorted =
        set.perClip().stream()
            .sorted(metric.better().equals("higher") ? order.reversed() : order)
            .toList();
    if (sorted.get(0).value() == sorted.get(sorted.size() - 1).value()) {
      page.append("<p>").append(escape(set.set())).append(": ");
      page.append(number(sorted.get(0).value())).append(" for every clip.</p>\n");
      return;
    }
    row(set.set(), "best", sorted.subList(0, SHOWN));
    row(set.set(), "worst", sorted.subList(sorted.size() - SHOWN, sorted.size()));
  }

  private void row(String set, String which, List<EvaluationReport.ClipValue> clips) {
    page.append("<h3>").append(escape(set)).append(", ").append(which);
    page.append("</h3><div class=\"row\">\n");
    for (EvaluationReport.ClipValue clip : clips) {
      String link = link(places.get(set).resolve(clip.clip()));
      boolean sound =
          clip.clip().toLowerCase(Locale.ROOT).matches(".+\\.(wav|flac|mp3|ogg|m4a|opus)");
      page.append("<figure>");
      page.append(
          sound
              ? "<audio controls preload=\"none\" src=\"" + link + "\"></audio>"
              : "<video controls loop playsinline preload=\"metadata\" src=\""
                  + link
                  + "\"></video>");
      page.append("<figcaption>").append(escape(clip.clip())).append(": ");
      page.append(number(clip.value())).append("</figcaption></figure>\n");
    }
    page.append("</div>\n");
  }

  /** Relative to the page, so that both can be moved together. */
  private String link(Path file) {
    Path relative =
        folder.toAbsolutePath().normalize().relativize(file.toAbsolutePath().normalize());
    return StreamSupport.stream(relative.spliterator(), false)
        .map(part -> URLEncoder.encode(part.toString(), StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }

  /** The interval below the figure, so that many sets stand beside each other. */
  private static String cell(Bootstrap.Interval interval) {
    return text(interval).replaceFirst(" (\\[.+])", "<small>$1</small>");
  }

  private static String text(Bootstrap.Interval interval) {
    String value = number(interval.value());
    return Double.isNaN(interval.low())
        ? value
        : "%s [%s, %s]".formatted(value, number(interval.low()), number(interval.high()));
  }

  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    double size = Math.abs(value);
    String digits = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.3f";
    // No negative nothing.
    return String.format(Locale.ROOT, digits, value).replaceFirst("^-(0\\.0+)$", "$1");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
