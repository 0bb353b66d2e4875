package kinetone.study;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.StringJoiner;
import kinetone.common.AtomicFile;
import kinetone.evaluate.EvaluationFiles;
import kinetone.metric.Bootstrap;

/** Writes what a study found: a page, its figure, JSON, and tables in CSV. */
public final class StudyFiles {
  private StudyFiles() {}

  /**
   * Writes {@code index.html}, {@code figure.svg} where clips were rated, {@code report.json},
   * {@code raters.csv}, {@code ratings.csv}, {@code comparisons.csv} and {@code preferences.csv}.
   */
  public static void write(Path folder, StudyReport report) {
    text(folder.resolve("report.json"), EvaluationFiles.json(report) + "\n");
    text(folder.resolve("raters.csv"), raters(report));
    text(folder.resolve("ratings.csv"), ratings(report));
    text(folder.resolve("comparisons.csv"), comparisons(report));
    text(folder.resolve("preferences.csv"), preferences(report));
    String figure = LikertFigure.svg(report);
    if (!figure.isEmpty()) {
      text(folder.resolve("figure.svg"), figure);
    }
    text(folder.resolve("index.html"), StudyReportPage.html(report, figure));
  }

  private static String raters(StudyReport report) {
    StringBuilder csv =
        new StringBuilder(
            "rater,kept,answers,presentations,answered,anchors,missed,repeats,inconsistency,reasons\n");
    for (Screening.RaterVerdict one : report.raters()) {
      row(
          csv,
          one.rater(),
          one.kept(),
          one.answers(),
          one.presentations(),
          one.answered(),
          one.anchors(),
          one.missed(),
          one.repeats(),
          one.inconsistency() == null ? "" : one.inconsistency(),
          String.join("; ", one.reasons()));
    }
    return csv.toString();
  }

  private static String ratings(StudyReport report) {
    StringBuilder csv =
        new StringBuilder(
            "question,set,clips,score_1,score_2,score_3,score_4,score_5,mean,low,high\n");
    for (StudyReport.Ratings one : report.ratings()) {
      row(
          csv,
          one.question().id(),
          one.set(),
          one.clips(),
          one.counts()[0],
          one.counts()[1],
          one.counts()[2],
          one.counts()[3],
          one.counts()[4],
          one.mean().value(),
          one.mean().low(),
          one.mean().high());
    }
    return csv.toString();
  }

  private static String comparisons(StudyReport report) {
    StringBuilder csv =
        new StringBuilder(
            "question,first,second,ratings_first,ratings_second,u,p_ratings,p_ratings_corrected,effect,effect_low,effect_high,effect_clips_low,effect_clips_high,clips,difference,p_clips,p_clips_corrected,verdict\n");
    for (StudyReport.Comparison one : report.comparisons()) {
      Bootstrap.Interval effect = one.effect();
      row(
          csv,
          one.question().id(),
          one.first(),
          one.second(),
          one.firstRatings(),
          one.secondRatings(),
          one.u(),
          one.pRatings(),
          one.pRatingsCorrected(),
          effect.value(),
          effect.low(),
          effect.high(),
          one.effectOverClips().low(),
          one.effectOverClips().high(),
          one.clips(),
          one.difference(),
          one.pClips(),
          one.pClipsCorrected(),
          one.verdict());
    }
    return csv.toString();
  }

  private static String preferences(StudyReport report) {
    StringBuilder csv =
        new StringBuilder(
            "question,first,second,for_first,none,for_second,share,low,high,p_choices,"
                + "p_choices_corrected,clips_for_first,clips_for_second,clips,p_clips,"
                + "p_clips_corrected,verdict\n");
    for (StudyReport.Preference one : report.preferences()) {
      row(
          csv,
          one.question().id(),
          one.first(),
          one.second(),
          one.forFirst(),
          one.none(),
          one.forSecond(),
          one.share().value(),
          one.share().low(),
          one.share().high(),
          one.pChoices(),
          one.pChoicesCorrected(),
          one.clipsForFirst(),
          one.clipsForSecond(),
          one.clips(),
          one.pClips(),
          one.pClipsCorrected(),
          one.verdict());
    }
    return csv.toString();
  }

  /** Numbers as they are, nothing for what is no number, all else in quotes. */
  private static void row(StringBuilder csv, Object... cells) {
    StringJoiner line = new StringJoiner(",", "", "\n");
    for (Object cell : cells) {
      if (cell instanceof Double number) {
        line.add(Double.isFinite(number) ? Double.toString(number) : "");
      } else if (cell instanceof Number || cell instanceof Boolean) {
        line.add(String.format(Locale.ROOT, "%s", cell));
      } else {
        line.add('"' + safe(cell.toString()).replace("\"", "\"\"") + '"');
      }
    }
    csv.append(line);
  }

  /** Tables are opened in programs that take these for the beginning of a formula. */
  private static String safe(String text) {
    return !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
  }

  private static void text(Path file, String text) {
    AtomicFile.write(file, temporary -> Files.writeString(temporary, text));
  }
}
