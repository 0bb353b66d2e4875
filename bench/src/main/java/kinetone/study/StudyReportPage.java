package kinetone.study;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import kinetone.metric.Bootstrap;

/** The page of results. */
final class StudyReportPage {
  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Results</title>
      <style>
      :root { color-scheme: light dark; --text: #222; --soft: #555; --line: #ddd; --page: #fff }
      @media (prefers-color-scheme: dark) {
        :root { --text: #e6e8eb; --soft: #a4abb5; --line: #3b424a; --page: #14171a }
      }
      body { font: 15px/1.45 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; color: var(--text); background: var(--page) }
      table { border-collapse: collapse; margin: .6rem 0; display: block; overflow-x: auto }
      th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap }
      td.n { text-align: right; font-variant-numeric: tabular-nums } td.w { white-space: normal; min-width: 14rem }
      p { color: var(--soft); max-width: 52rem } svg { max-width: 100%; height: auto }
      </style></head><body>
      """;

  private final StringBuilder page = new StringBuilder(HEAD);
  private final StudyReport report;

  private StudyReportPage(StudyReport report) {
    this.report = report;
  }

  static String html(StudyReport report, String figure) {
    return new StudyReportPage(report).html(figure);
  }

  /** A column: its head, its cells, and whether they are numbers or long texts. */
  private record Column<T>(String head, String kind, Function<T, String> cell) {}

  private String html(String figure) {
    long kept = report.raters().stream().filter(Screening.RaterVerdict::kept).count();
    page.append("<h1>").append(StudyPage.escape(report.title())).append("</h1>\n");
    paragraph(
        "%d of %d raters count. Verdicts are by clips at level %s, divided among %d tests (Bonferroni)."
            .formatted(kept, report.raters().size(), report.alpha(), report.tests()));
    if (!report.ratings().isEmpty()) {
      page.append("<h2>Ratings</h2>\n").append(figure);
      paragraph("Shares of scores, then the mean. * differs, by clips.");
      table(
          report.ratings(),
          text("question", one -> one.question().title()),
          text("set", StudyReport.Ratings::set),
          number("clips", one -> "" + one.clips()),
          number("mean [95 % over raters]", one -> of(one.mean())));
      page.append("<h2>Differences of ratings</h2>\n");
      paragraph(
          "Effect: rank-biserial correlation, the share of pairs of ratings in which the first is"
              + " higher less the share in which it is lower. p by clips: Wilcoxon's signed ranks"
              + " of the clips' mean ratings, which holds for other clips of the same systems too."
              + " p by ratings: Mann and Whitney's U over all ratings as if each were independent,"
              + " as in Kim et al. 2024; it speaks of these clips alone, and many raters make it"
              + " small where clips differ by chance. Both are corrected.");
      table(
          report.comparisons(),
          text("question", one -> one.question().title()),
          text("first", StudyReport.Comparison::first),
          text("second", StudyReport.Comparison::second),
          text("verdict", StudyReport.Comparison::verdict),
          number("effect [95 % over raters]", one -> of(one.effect())),
          number("[95 % over clips]", one -> ends(one.effectOverClips())),
          number("difference", one -> number(one.difference())),
          number("p by clips", one -> p(one.pClipsCorrected())),
          number("p by ratings", one -> p(one.pRatingsCorrected())));
    }
    if (!report.preferences().isEmpty()) {
      page.append("<h2>Preferences</h2>\n");
      paragraph(
          "Share of the first among choices of one or the other, with its exact interval (Clopper"
              + " and Pearson) as if each choice were independent; clips of which more choices were"
              + " for either; p by clips: Wilcoxon's signed ranks of the clips' mean preference; p"
              + " by choices: exact binomial. Both are corrected.");
      table(
          report.preferences(),
          text("question", one -> one.question().title()),
          text("first", StudyReport.Preference::first),
          text("second", StudyReport.Preference::second),
          text("verdict", StudyReport.Preference::verdict),
          number("first : none : second", StudyReportPage::choices),
          number("share [95 %]", one -> of(one.share())),
          number("clips", one -> one.clipsForFirst() + " : " + one.clipsForSecond()),
          number("p by clips", one -> p(one.pClipsCorrected())),
          number("p by choices", one -> p(one.pChoicesCorrected())));
    }
    page.append("<h2>Agreement</h2>\n");
    paragraph(
        "Krippendorff's alpha, ordinal, of the raters that count: 1 is full agreement, 0 what"
            + " chance gives.");
    table(
        report.agreement(),
        text("question", one -> one.question().title()),
        text("of", StudyReport.Agreement::of),
        number("raters", one -> "" + one.raters()),
        number("trials", one -> "" + one.trials()),
        number("alpha [95 % over trials]", one -> of(one.value())));
    page.append("<h2>Raters</h2>\n");
    table(
        report.raters(),
        text("rater", Screening.RaterVerdict::rater),
        text("counts", one -> one.kept() ? "yes" : "no"),
        number("trials", one -> one.answered() + " of " + one.presentations()),
        number("anchors missed", one -> one.missed() + " of " + one.anchors()),
        number(
            "inconsistency",
            one -> one.inconsistency() == null ? "-" : number(one.inconsistency())),
        new Column<>("why not", "w", one -> String.join("; ", one.reasons())));
    return page.append("</body></html>\n").toString();
  }

  private static String choices(StudyReport.Preference one) {
    return one.forFirst() + " : " + one.none() + " : " + one.forSecond();
  }

  private static <T> Column<T> text(String head, Function<T, String> cell) {
    return new Column<>(head, "", cell);
  }

  private static <T> Column<T> number(String head, Function<T, String> cell) {
    return new Column<>(head, "n", cell);
  }

  private void paragraph(String text) {
    page.append("<p>").append(StudyPage.escape(text)).append("</p>\n");
  }

  @SafeVarargs
  private <T> void table(List<T> rows, Column<T>... columns) {
    page.append("<table><tr>");
    for (Column<T> column : columns) {
      page.append("<th>").append(StudyPage.escape(column.head())).append("</th>");
    }
    page.append("</tr>\n");
    for (T row : rows) {
      page.append("<tr>");
      for (Column<T> column : columns) {
        page.append("<td class=\"").append(column.kind()).append("\">");
        page.append(StudyPage.escape(column.cell().apply(row))).append("</td>");
      }
      page.append("</tr>\n");
    }
    page.append("</table>\n");
  }

  private static String of(Bootstrap.Interval interval) {
    return number(interval.value()) + " " + ends(interval);
  }

  private static String ends(Bootstrap.Interval interval) {
    return Double.isNaN(interval.low())
        ? ""
        : "[%s, %s]".formatted(number(interval.low()), number(interval.high()));
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.2f", value) : "-";
  }

  private static String p(double value) {
    return value < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", value);
  }
}
