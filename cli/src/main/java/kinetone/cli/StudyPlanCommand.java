package kinetone.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import kinetone.evaluate.EvaluationFiles;
import kinetone.study.RatingModel;
import kinetone.study.StudyPower;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kinetone study plan}. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tells how many raters and clips it takes to find a difference, by simulation.",
      "",
      "Simulated raters rate two sets whose means differ as told; each study is tested as 'analyse'"
          + " does, and the table tells how often the difference is found (power). Ratings are a"
          + " mean plus what content, clip, rater and moment add, rounded to the scale from 1 to 5."
          + " The deviations are guesses: take those of a first study of your own where there is"
          + " one. Where clips of one system differ much, more clips help and more raters do not.",
      "",
      "Examples:",
      "  kinetone study plan --difference 0.5",
      "  kinetone study plan --clips 15,30 --raters 5,10,20 --sets 3 --questions 3",
      "  kinetone study plan --difference 0        (how often 'analyse' is wrong)",
      ""
    })
final class StudyPlanCommand implements Callable<Integer> {
  @Option(
      names = "--difference",
      defaultValue = "0.5",
      paramLabel = "POINTS",
      description =
          "Of the means of two sets, on the scale from 1 to 5 (default: ${DEFAULT-VALUE}).")
  @Within(min = 0, max = 4)
  private double difference;

  @Option(
      names = "--clips",
      split = ",",
      defaultValue = "10,20,40",
      paramLabel = "N",
      description = "Clips of each set that every rater rates (default: ${DEFAULT-VALUE}).")
  private List<Integer> clips;

  @Option(
      names = "--raters",
      split = ",",
      defaultValue = "4,8,16,32",
      paramLabel = "N",
      description = "Raters (default: ${DEFAULT-VALUE}).")
  private List<Integer> raters;

  @Option(
      names = "--sets",
      defaultValue = "2",
      description = "Sets that are compared, each with each (default: ${DEFAULT-VALUE}).")
  @Within(min = 2, max = 12)
  private int sets;

  @Option(
      names = "--questions",
      defaultValue = "1",
      description = "Questions that are asked (default: ${DEFAULT-VALUE}).")
  @Within(min = 1, max = 5)
  private int questions;

  @Option(
      names = "--alpha",
      defaultValue = "0.05",
      description = "Level of all tests together (default: ${DEFAULT-VALUE}).")
  @Within(min = 1e-9, max = 0.5)
  private double alpha;

  @Option(
      names = "--power",
      defaultValue = "0.8",
      description = "How often the difference should be found (default: ${DEFAULT-VALUE}).")
  @Within(min = 0, max = 1)
  private double power;

  @Option(
      names = "--content-sd",
      defaultValue = "0.5",
      description = "Deviation of contents, the same in both sets (default: ${DEFAULT-VALUE}).")
  @Within(min = 0, max = 4)
  private double content;

  @Option(
      names = "--clip-sd",
      defaultValue = "0.5",
      description = "Deviation of clips of one system beyond that (default: ${DEFAULT-VALUE}).")
  @Within(min = 0, max = 4)
  private double clip;

  @Option(
      names = "--rater-sd",
      defaultValue = "0.5",
      description = "Deviation of raters (default: ${DEFAULT-VALUE}).")
  @Within(min = 0, max = 4)
  private double rater;

  @Option(
      names = "--moment-sd",
      defaultValue = "0.8",
      description = "Deviation of single ratings (default: ${DEFAULT-VALUE}).")
  @Within(min = 0, max = 4)
  private double moment;

  @Option(
      names = "--simulations",
      defaultValue = "1000",
      description = "Studies of each size (default: ${DEFAULT-VALUE}).")
  @Within(min = 1, max = 1_000_000)
  private int simulations;

  @Option(names = "--seed", defaultValue = "0", description = "Of the draws (default: 0).")
  private long seed;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    int tests = sets * (sets - 1) / 2 * questions;
    StudyPower study =
        new StudyPower(
            new RatingModel(content, clip, rater, moment),
            difference,
            alpha,
            tests,
            simulations,
            seed);
    List<StudyPower.Cell> cells;
    try (Interruption interruption = new Interruption();
        ConsoleProgress progress = new ConsoleProgress("plan", 1, "studies")) {
      cells =
          study.run(
              clips,
              raters,
              (phase, step, steps) -> {
                progress.total(steps);
                progress.at(step);
              },
              interruption.cancellation());
    }
    if (json) {
      Map<String, Object> found = new LinkedHashMap<>();
      found.put("plan", study);
      found.put("sizes", cells);
      System.out.println(EvaluationFiles.json(found));
    } else {
      tell(cells, tests);
    }
    return 0;
  }

  private void tell(List<StudyPower.Cell> cells, int tests) {
    double effect = cells.stream().mapToDouble(StudyPower.Cell::effect).average().orElse(0);
    System.out.printf(
        Locale.ROOT,
        "how often a difference of %.2f points (rank-biserial %.2f) is found, level %s, tests %d%n",
        difference,
        Math.abs(effect),
        alpha,
        tests);
    table("clips", cells, StudyPower.Cell::power);
    if (difference == 0) {
      System.out.println("There is no difference: these are false alarms. Over all ratings, by U:");
      table("clips", cells, StudyPower.Cell::powerOverRatings);
      return;
    }
    System.out.println(
        StudyPower.smallest(cells, power)
            .map(
                cell ->
                    String.format(
                        Locale.ROOT,
                        "Power %s: %d clips of each set and %d raters, the fewest ratings of these"
                            + " sizes.",
                        power,
                        cell.clips(),
                        cell.raters()))
            .orElse(
                "None of these sizes finds it with power %s; take more clips, then more raters."
                    .formatted(power)));
  }

  private void table(
      String corner, List<StudyPower.Cell> cells, ToDoubleFunction<StudyPower.Cell> figure) {
    StringBuilder table = new StringBuilder(String.format(Locale.ROOT, "%n%10s", corner));
    raters.forEach(number -> table.append(String.format(Locale.ROOT, "%12s", number + " raters")));
    int at = 0;
    for (int number : clips) {
      table.append(String.format(Locale.ROOT, "%n%10d", number));
      for (int i = 0; i < raters.size(); i++) {
        table.append(String.format(Locale.ROOT, "%12.2f", figure.applyAsDouble(cells.get(at++))));
      }
    }
    System.out.printf("%s%n%n", table);
  }
}
