package kinetone.study;

import java.util.List;
import java.util.Locale;

/**
 * Distributions of scores as stacked bars, and which sets differ, as figure 8 of Kim et al. 2024.
 * SVG, so that neither a display nor fonts are needed to draw it.
 */
final class LikertFigure {
  /** Brown to green (ColorBrewer BrBG), told apart by colour-blind readers too. */
  private static final List<String> COLOURS =
      List.of("#a6611a", "#dfc27d", "#d9d9d9", "#80cdc1", "#018571");

  private static final int LEFT = 150;
  private static final int BAR = 520;
  private static final int HEIGHT = 22;
  private static final int STEP = 30;
  private static final int TITLE = 30;
  private static final int BRACKET = 12;
  private static final int LONGEST = 20;
  private static final double FEWEST_WITH_TEXT = 0.06;

  private final StudyReport report;
  private final StringBuilder svg = new StringBuilder();
  private int y;

  private LikertFigure(StudyReport report) {
    this.report = report;
  }

  /** The figure, or nothing where nothing was rated. */
  static String svg(StudyReport report) {
    return report.ratings().isEmpty() ? "" : new LikertFigure(report).draw();
  }

  private String draw() {
    List<Question> questions =
        report.ratings().stream().map(StudyReport.Ratings::question).distinct().toList();
    legend();
    questions.forEach(this::panel);
    int pairs = report.sets().size() * (report.sets().size() - 1) / 2;
    int width = LEFT + BAR + 60 + BRACKET * Math.max(1, pairs);
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" role="img" \
    aria-label="Distribution of scores">
    <style>
    .likert { font: 13px system-ui, sans-serif; fill: #222 } .likert .t { font-weight: 600 }
    .likert .b { font-size: 11px; fill: #222 } .likert .e { fill: #fff }
    .likert .l { stroke: #222; fill: none }
    @media (prefers-color-scheme: dark) { .likert { fill: #e6e8eb } .likert .l { stroke: #e6e8eb } }
    </style>
    <g class="likert">
    %s</g></svg>
    """
        .formatted(width, y + 10, width, svg);
  }

  private void legend() {
    for (int score = 1; score <= Question.SCORES; score++) {
      int x = LEFT + (score - 1) * 60;
      rectangle(x, 8, 14, 14, COLOURS.get(score - 1));
      text(x + 20, 20, "", "start", Integer.toString(score));
    }
    y = 30;
  }

  private void panel(Question question) {
    text(LEFT, y + 18, "t", "start", question.title());
    y += TITLE;
    List<StudyReport.Ratings> rows =
        report.ratings().stream().filter(one -> one.question() == question).toList();
    int top = y;
    for (StudyReport.Ratings row : rows) {
      bar(row);
      y += STEP;
    }
    int bracket = 0;
    for (StudyReport.Comparison one : report.comparisons()) {
      if (one.question() == question && one.pClipsCorrected() < report.alpha()) {
        bracket(
            LEFT + BAR + 50 + BRACKET * bracket++,
            top + STEP * place(rows, one.first()) + HEIGHT / 2,
            top + STEP * place(rows, one.second()) + HEIGHT / 2);
      }
    }
    y += 6;
  }

  private static int place(List<StudyReport.Ratings> rows, String set) {
    return rows.stream().map(StudyReport.Ratings::set).toList().indexOf(set);
  }

  private void bar(StudyReport.Ratings row) {
    String name = row.set();
    text(
        LEFT - 8,
        y + 16,
        "",
        "end",
        name.length() > LONGEST ? name.substring(0, LONGEST - 1) + "…" : name);
    long all = 0;
    for (long count : row.counts()) {
      all += count;
    }
    double x = LEFT;
    for (int score = 0; score < row.counts().length && all > 0; score++) {
      double share = (double) row.counts()[score] / all;
      rectangle(x, y, share * BAR, HEIGHT, COLOURS.get(score));
      if (share >= FEWEST_WITH_TEXT) {
        boolean dark = score == 0 || score == row.counts().length - 1;
        text(
            x + share * BAR / 2,
            y + 15,
            dark ? "b e" : "b",
            "middle",
            Math.round(100 * share) + " %");
      }
      x += share * BAR;
    }
    if (all > 0) {
      text(
          LEFT + BAR + 8,
          y + 16,
          "",
          "start",
          String.format(Locale.ROOT, "%.2f", row.mean().value()));
    }
  }

  private void bracket(int x, int from, int to) {
    svg.append("<path class=\"l\" d=\"M%d %dh5V%dh-5\"/>%n".formatted(x, from, to));
    text(x + 7, (from + to) / 2.0 + 6, "", "start", "*");
  }

  private void rectangle(double x, double top, double width, double height, String colour) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
            x,
            top,
            width,
            height,
            colour));
  }

  private void text(double x, double base, String kind, String anchor, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" text-anchor=\"%s\">%s</text>%n",
            x,
            base,
            kind,
            anchor,
            StudyPage.escape(text)));
  }
}
