package kinetone.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import kinetone.common.Check;
import kinetone.common.OutputFile;
import kinetone.common.Printable;
import kinetone.evaluate.EvaluationFiles;
import kinetone.metric.Bootstrap;
import kinetone.study.Screening;
import kinetone.study.StudyAnalysis;
import kinetone.study.StudyFiles;
import kinetone.study.StudyReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kinetone study analyse}. */
@Command(
    name = "analyse",
    aliases = "analyze",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Reads the answers to a study and tells which sets differ, and how much.",
      "",
      "Raters who miss too many anchors, or answer the same trial too differently when it comes"
          + " again, are left out; who and why is told. Each comparison has two tests, both with"
          + " Bonferroni's correction: over clips (signed ranks of their mean ratings), which holds"
          + " for other clips of the same systems, and over ratings (Mann and Whitney's U), as"
          + " papers do it, which holds for these clips alone. Verdicts are by clips.",
      "",
      "Examples:",
      "  kinetone study analyse answers --study study",
      "  kinetone study analyse anna.json ben.json --study study --alpha 0.01",
      ""
    })
final class StudyAnalyseCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE",
      arity = "0..*",
      description = "Files of answers, or folders of them.")
  private List<Path> answers = new ArrayList<>();

  @Option(
      names = "--study",
      defaultValue = "study",
      paramLabel = "DIR",
      description = "The folder that 'make' wrote (default: ${DEFAULT-VALUE}).")
  private Path study;

  @Option(
      names = "--alpha",
      defaultValue = "0.05",
      description = "Level of all tests together (default: ${DEFAULT-VALUE}).")
  @Within(min = 1e-9, max = 0.5)
  private double alpha;

  @Option(
      names = "--most-misses",
      defaultValue = "0.3",
      paramLabel = "SHARE",
      description =
          "A rater who answers more of the anchors out of their range is left out (default:"
              + " ${DEFAULT-VALUE}).")
  @Within(min = 0, max = 1)
  private double mostMisses;

  @Option(
      names = "--most-inconsistency",
      defaultValue = "0.3",
      paramLabel = "SHARE",
      description =
          "A rater whose two answers to a trial differ by more on average, as a share of the scale,"
              + " is left out; chance gives 0.4 (default: ${DEFAULT-VALUE}).")
  @Within(min = 0, max = 1)
  private double mostInconsistency;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of the report (default: 'report' in that of --study).")
  private Path out;

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    Check.that(
        !answers.isEmpty(),
        "no answers are given; name the files that raters sent, or their folder");
    Path folder = out == null ? study.resolve("report") : out;
    StudyReport report =
        new StudyAnalysis(new Screening(mostMisses, mostInconsistency), alpha, Bootstrap.STANDARD)
            .run(study, answers);
    OutputFile.requireFolder(folder);
    StudyFiles.write(folder, report);
    for (Screening.RaterVerdict rater : report.raters()) {
      if (!rater.kept()) {
        System.err.printf(
            "kinetone: rater %s is left out: %s%n",
            Printable.line(rater.rater()), String.join("; ", rater.reasons()));
      }
    }
    if (json) {
      System.out.println(EvaluationFiles.json(report));
    } else {
      tell(report);
      System.out.println(folder.resolve("index.html"));
    }
    return 0;
  }

  private static void tell(StudyReport report) {
    for (StudyReport.Comparison one : report.comparisons()) {
      System.out.printf(
          Locale.ROOT,
          "%s: %s against %s: effect %+.2f [%+.2f, %+.2f], p %.3g by clips, %.3g by ratings: %s%n",
          one.question().id(),
          Printable.line(one.first()),
          Printable.line(one.second()),
          one.effect().value(),
          one.effect().low(),
          one.effect().high(),
          one.pClipsCorrected(),
          one.pRatingsCorrected(),
          Printable.line(one.verdict()));
    }
    for (StudyReport.Preference one : report.preferences()) {
      System.out.printf(
          Locale.ROOT,
          "%s: %s over %s: %d to %d, %d without a difference, share %.2f [%.2f, %.2f], p %.3g by"
              + " clips: %s%n",
          one.question().id(),
          Printable.line(one.first()),
          Printable.line(one.second()),
          one.forFirst(),
          one.forSecond(),
          one.none(),
          one.share().value(),
          one.share().low(),
          one.share().high(),
          one.pClipsCorrected(),
          Printable.line(one.verdict()));
    }
  }
}
