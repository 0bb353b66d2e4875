package kinetone.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import kinetone.common.Check;
import kinetone.common.OutputFile;
import kinetone.common.Printable;
import kinetone.evaluate.Evaluation.ClipSet;
import kinetone.study.Anchor;
import kinetone.study.Question;
import kinetone.study.StudyDesign;
import kinetone.study.StudyMaker;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kinetone study make}. */
@Command(
    name = "make",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Turns sets of clips into a page on which people rate them.",
      "",
      "DIR/page is for raters: put it on any web server or send it as a folder; one HTML file with"
          + " the clips beside it, for keyboard and phone. Nothing in it says whose a clip is."
          + " DIR/study.json does: keep it for 'analyse'. Give raters numbers from 1 on, in links"
          + " that end in ?rater=1, and each gets an order of their own; what is answered stays in"
          + " the browser, so a page that is closed goes on, and is saved as one JSON file at the"
          + " end.",
      "",
      "Clips belong together by their names, as for 'evaluate'. Hidden among them are anchors,"
          + " whose answers are known (noise; with --real real clips), and trials that come again:"
          + " who misses them is left out by 'analyse'.",
      "",
      "Examples:",
      "  kinetone study make --set ours=out/a --set theirs=out/b --out study",
      "  kinetone study make --set ours=out/a --set theirs=out/b --pairs --out study",
      "  kinetone study make --set monl=a --set pm=b --set vanilla=c --real scenes \\",
      "      --questions quality,alignment --clips-per-rater 15 --out study",
      ""
    })
final class StudyMakeCommand implements Callable<Integer> {
  @Option(
      names = "--set",
      paramLabel = "NAME=DIR",
      description = "A folder of clips and what the report calls it; again for each set.")
  private List<String> sets = new ArrayList<>();

  @Option(
      names = "--real",
      paramLabel = "DIR",
      description = "Real clips; some are hidden among the others as anchors.")
  private Path real;

  @Option(
      names = "--questions",
      split = ",",
      defaultValue = "audio,video,alignment",
      paramLabel = "NAME",
      description =
          "What is asked of each clip, separated by commas: audio, video, quality (both at once, as"
              + " MoNL's paper asks), alignment, consistency (of the person) (default:"
              + " ${DEFAULT-VALUE}).")
  private List<String> questions;

  @Option(names = "--pairs", description = "Compare clips of two sets, instead of rating each.")
  private boolean pairs;

  @Option(names = "--ratings", description = "With --pairs: rate each clip too, before the pairs.")
  private boolean ratings;

  @Option(
      names = "--anchors",
      split = ",",
      paramLabel = "NAME",
      description =
          "Kinds of clips with known answers: noise, noise-sound (noise for the sound alone),"
              + " shifted (sound later by half the clip), real; or none (default: noise, and real"
              + " with --real).")
  private List<String> anchors;

  @Option(
      names = "--anchor-count",
      defaultValue = "3",
      paramLabel = "N",
      description = "Of each kind (default: ${DEFAULT-VALUE}).")
  @Within(min = 1, max = 100)
  private int anchorCount;

  @Option(
      names = "--repeats",
      defaultValue = "4",
      paramLabel = "N",
      description = "Trials that each rater gets twice (default: ${DEFAULT-VALUE}).")
  @Within(min = 0, max = 100)
  private int repeats;

  @Option(
      names = "--clips-per-rater",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "How many clips of a set each rater gets, the same ones of all sets; they go round, so"
              + " that each clip gets as many raters as any other (default: 0, all).")
  @Within(min = 0, max = StudyDesign.MOST_TRIALS)
  private int clipsPerRater;

  @Option(
      names = "--raters",
      defaultValue = "50",
      paramLabel = "N",
      description = "How many different orders (default: ${DEFAULT-VALUE}).")
  @Within(min = 1, max = StudyDesign.MOST_RATERS)
  private int raters;

  @Option(
      names = "--title",
      defaultValue = "Listening study",
      description = "What raters see above (default: ${DEFAULT-VALUE}).")
  private String title;

  @Option(
      names = "--note",
      defaultValue = "",
      description = "What else raters should know, for example what was given to a continuation.")
  private String note;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of orders, sides, anchors and names of files (default: 0).")
  private long seed;

  @Option(
      names = "--out",
      defaultValue = "study",
      paramLabel = "DIR",
      description = "A new folder (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Override
  public Integer call() {
    List<ClipSet> named = sets.stream().map(StudyMakeCommand::set).toList();
    StudyMaker maker =
        new StudyMaker(design(), named, real == null ? null : new ClipSet("real", real));
    OutputFile.requireFolder(out);
    StudyMaker.Made made;
    try (Interruption interruption = new Interruption();
        ConsoleProgress progress = new ConsoleProgress("study", 1, "clips")) {
      made =
          maker.make(
              out,
              (phase, step, steps) -> {
                progress.total(steps);
                progress.at(step);
              },
              interruption.cancellation());
    }
    tell(made);
    System.out.println(made.page());
    return 0;
  }

  private StudyDesign design() {
    return new StudyDesign(
        title,
        note,
        questions.stream().map(Question::named).toList(),
        ratings || !pairs,
        pairs,
        anchors(),
        anchorCount,
        repeats,
        clipsPerRater,
        raters,
        seed);
  }

  private List<Anchor> anchors() {
    if (anchors == null) {
      return real == null || (pairs && !ratings)
          ? List.of(Anchor.NOISE)
          : List.of(Anchor.NOISE, Anchor.REAL);
    }
    return anchors.equals(List.of("none"))
        ? List.of()
        : anchors.stream().map(Anchor::named).distinct().toList();
  }

  private static ClipSet set(String given) {
    int sign = given.indexOf('=');
    Check.that(
        sign > 0 && sign + 1 < given.length(),
        "--set %s: NAME=FOLDER is expected, for example --set ours=out/a",
        Printable.of(given));
    return new ClipSet(given.substring(0, sign).strip(), Path.of(given.substring(sign + 1)));
  }

  private void tell(StudyMaker.Made made) {
    made.left()
        .forEach(
            file ->
                System.err.printf(
                    "kinetone: %s has no counterpart in every set and is left out%n",
                    Printable.of(file)));
    if (made.encoded() > 0) {
      System.err.printf(
          "kinetone: %d clips were encoded again, since browsers do not play them as they are%n",
          made.encoded());
    }
    System.err.printf(
        Locale.ROOT,
        "kinetone: %d clips of each set; up to %d trials for a rater, about %.0f minutes. Raters"
            + " get %s; keep %s to yourself, it says whose the clips are.%n",
        made.contents(),
        made.presentations(),
        Math.max(1, made.minutes()),
        Printable.of(out.resolve(StudyMaker.PAGE)),
        Printable.of(out.resolve("study.json")));
  }
}
