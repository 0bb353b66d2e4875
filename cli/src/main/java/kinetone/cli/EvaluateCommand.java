package kinetone.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import kinetone.common.Check;
import kinetone.common.OutputFile;
import kinetone.common.Printable;
import kinetone.evaluate.Evaluation;
import kinetone.evaluate.Evaluation.ClipSet;
import kinetone.evaluate.EvaluationFiles;
import kinetone.evaluate.EvaluationReport;
import kinetone.evaluate.Metric;
import kinetone.evaluate.Metrics;
import kinetone.evaluate.Protocol;
import kinetone.pipeline.AskedRequest;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.TaskKind;
import kinetone.tensor.Engine;
import kinetone.train.ConfigLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kinetone evaluate}. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Compares folders of made clips with a folder of real ones.",
      "",
      "Writes a page with tables, intervals, and the best and worst clips, and the same as JSON and"
          + " CSV. Each figure says how it is measured; figures of other protocols and networks do"
          + " not compare. What was measured or made once is kept: the same command goes on where"
          + " it was stopped. With a model the clips are made first.",
      "",
      "Examples:",
      "  kinetone evaluate --real scenes --made out",
      "  kinetone evaluate --real scenes --made mine --made theirs --metrics fd-sound",
      "  kinetone evaluate --real scenes --model mdsgen-scenes --requests v2a.jsonl",
      "  kinetone evaluate --scenes 64 --model mdsgen-scenes --task v2a",
      "  kinetone evaluate --real scenes --made continued --start 0.625",
      "  kinetone evaluate --list",
      ""
    })
final class EvaluateCommand implements Callable<Integer> {
  /** As the benches: a world that nothing was trained on. */
  private static final long SCENES_WORLD = 1001;

  @Option(names = "--real", paramLabel = "DIR", description = "Folder of real clips.")
  private Path real;

  @Option(
      names = "--scenes",
      paramLabel = "COUNT",
      description = "Real are so many rendered scenes that no shipped model was trained on.")
  @Within(min = 2, max = 100_000)
  private Integer scenes;

  @Option(
      names = "--made",
      paramLabel = "DIR",
      description = "Folder of made clips; give it again for more, to compare them.")
  private List<Path> made = new ArrayList<>();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description =
          "A model or its folder that makes the requests; again for more. Its clips go to a folder"
              + " of its name in that of --out.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--requests",
      paramLabel = "FILE.jsonl",
      description = "What the models make: one request a line, as for generate --batch.")
  private Path requests;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      converter = TaskConverter.class,
      description =
          "Instead of --requests: the models make one clip for each real one, of its pictures"
              + " (v2a), of its sound (a2v), or of the number of its seed alone (joint).")
  private TaskKind task;

  @Option(
      names = "--metrics",
      split = ",",
      paramLabel = "NAME",
      description =
          "Only these, separated by commas; --list tells them (default: all whose networks are"
              + " there).")
  private List<String> names = new ArrayList<>();

  @Option(names = "--list", description = "Tell the metrics and how each is measured, and end.")
  private boolean list;

  @Option(
      names = "--protocol",
      paramLabel = "FILE.yaml",
      description =
          "How a paper measures on a public set, such as configs/protocols/vggsound-mdsgen.yaml:"
              + " what of each clip counts, in which form, and which metrics, where --start,"
              + " --seconds and --metrics say nothing else.")
  private Path protocol;

  @Option(
      names = "--start",
      paramLabel = "SECONDS",
      description =
          "Of each clip only the part from here on counts, so that what was given to a continuation"
              + " does not (default: 0).")
  @Within(min = 0, max = AskedRequest.LONGEST_FILE)
  private Double start;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      description = "Length of the part that counts (default: to the end).")
  @Within(min = 0.01, max = AskedRequest.LONGEST_FILE)
  private Double seconds;

  @Mixin private WallOption wall;

  @Mixin private JudgesOption judges;

  @Option(
      names = "--out",
      defaultValue = "out/evaluation",
      paramLabel = "DIR",
      description = "Folder of the report (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--features",
      paramLabel = "DIR",
      description = "Where measured numbers are kept (default: 'features' in that of --out).")
  private Path features;

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @Mixin private DeviceOption device;

  @Mixin private PrecisionOption precision;

  @Option(names = "--threads", description = "CPU threads of one operation.")
  @Within(min = 1, max = 1024)
  private Integer threads;

  @Override
  public Integer call() {
    if (threads != null) {
      Engine.setThreads(threads);
    }
    Protocol asked =
        protocol == null ? null : ConfigLoader.load(protocol, List.of(), Protocol.class);
    if (asked != null) {
      start = start == null ? Double.valueOf(asked.start()) : start;
      seconds = seconds == null ? Double.valueOf(asked.seconds()) : seconds;
      names = names.isEmpty() ? asked.metrics() : names;
      real = real == null ? null : asked.clips(real);
    }
    try (Metrics metrics = new Metrics(judges.judges(), judges.networks())) {
      if (list && names.isEmpty()) {
        metrics.known().forEach(EvaluateCommand::tell);
        return 0;
      }
      List<Metric> chosen = metrics.named(names);
      if (list) {
        chosen.forEach(EvaluateCommand::tell);
        return 0;
      }
      return evaluate(chosen, Optional.ofNullable(asked));
    }
  }

  private static void tell(Metric metric) {
    String missing =
        metric.measure().missing().map(what -> " It needs %s.".formatted(what)).orElse("");
    System.out.printf("%-12s %s%s%n", metric.name(), metric.protocol(), missing);
  }

  private int evaluate(List<Metric> metrics, Optional<Protocol> asked) {
    Check.that(
        real != null || scenes != null,
        "--real is missing: the folder of the clips to compare with; --scenes COUNT renders some");
    Check.that(real == null || scenes == null, "--real and --scenes exclude each other");
    Check.that(
        !made.isEmpty() || !models.isEmpty(),
        "nothing to compare: give --made FOLDER, or --model NAME with --requests FILE");
    Check.that(requests == null || task == null, "--requests and --task exclude each other");
    Check.that(
        models.isEmpty() == (requests == null && task == null),
        "--model and --requests go together: who makes clips, and which; or --model and --task");
    OutputFile.requireFolder(out);
    for (Path folder : made) {
      Evaluation.clips(folder);
    }
    int failed = 0;
    if (real != null) {
      Evaluation.clips(real);
    }
    List<ClipSet> sets = new ArrayList<>();
    made.forEach(folder -> sets.add(new ClipSet(name(folder), folder)));
    try (Interruption interruption = new Interruption();
        WallOption.Trial trial = wall.open()) {
      if (real == null) {
        real = SceneFolder.below(out, SCENES_WORLD, scenes, interruption);
      }
      for (String model : models) {
        Path folder = out.resolve(name(Path.of(model)));
        failed = Math.max(failed, make(model, folder, interruption, trial));
        sets.add(new ClipSet(name(Path.of(model)), folder));
      }
      ClipSet truth = new ClipSet("real", real);
      requireDifferentNames(sets);
      int all = Evaluation.clips(real).size();
      for (ClipSet set : sets) {
        all += Evaluation.clips(set.folder()).size();
      }
      EvaluationReport report;
      try (ConsoleProgress progress = new ConsoleProgress("evaluate", all, "clips")) {
        report =
            new Evaluation(
                    metrics,
                    features == null ? out.resolve("features") : features,
                    start == null ? 0 : start,
                    seconds == null ? OptionalDouble.empty() : OptionalDouble.of(seconds),
                    asked.map(Protocol::pictures),
                    trial)
                .run(
                    truth,
                    sets,
                    (set, step, steps) -> {
                      progress.at(step);
                      progress.note(set);
                    },
                    interruption.cancellation());
      }
      if (asked.isPresent()) {
        report = report.with(notes(asked.get(), report));
      }
      List<ClipSet> places = new ArrayList<>(List.of(truth));
      places.addAll(sets);
      EvaluationFiles.write(out, report, places);
      tell(report);
    }
    return failed;
  }

  private static List<String> notes(Protocol asked, EvaluationReport report) {
    List<EvaluationReport.SetSize> sets = report.sets();
    int fewest = sets.stream().skip(1).mapToInt(set -> set.clips()).min().orElse(0);
    return asked.told(sets.get(0).clips(), fewest);
  }

  /** The clips that a model has not made yet; resumes as generate does. */
  private int make(String model, Path folder, Interruption interruption, WallOption.Trial trial) {
    RequestBatch batch =
        task == null
            ? RequestBatch.read(requests)
            : RequestBatch.ofClips(task, Evaluation.clips(real));
    ClipFiles files = ClipFiles.in(folder, false);
    batch.check(request -> files.check(request.kind(), request.files()));
    Kinetone.Options how = device.options(precision.precision());
    try (Pipeline pipeline = Kinetone.load(ModelPath.resolve(model), how);
        ConsoleProgress progress = new ConsoleProgress("generate", batch.size(), "clips")) {
      batch.check(request -> pipeline.check(request.request(0)));
      progress.note(model);
      ClipJob job = new ClipJob(pipeline, files, false, false, interruption.cancellation());
      return batch.run(
          (number, request) -> {
            GenerateRequest one = request.request(0);
            String name =
                String.format(
                    Locale.ROOT,
                    "%03d-%s",
                    number,
                    ClipFiles.name(request.files(), request.kind(), one.seed()));
            if (files.kept(name).isEmpty()) {
              request.files().forEach(trial::of);
              job.make(one, name, request.files());
            }
            progress.at(number);
            progress.note(model);
          });
    }
  }

  private static String name(Path folder) {
    return folder.toAbsolutePath().normalize().getFileName().toString();
  }

  private static void requireDifferentNames(List<ClipSet> sets) {
    Set<String> names = new HashSet<>(Set.of("real"));
    for (ClipSet set : sets) {
      Check.that(
          names.add(set.name()),
          "two sets are called '%s'; folders to compare need different names, and none may be"
              + " 'real'",
          set.name());
    }
  }

  private void tell(EvaluationReport report) {
    report.notes().forEach(note -> System.err.println("kinetone: " + Printable.line(note)));
    for (Evaluation.Fault fault : report.faults()) {
      System.err.printf(
          "kinetone: %s: %s: %s%s%n",
          Printable.line(fault.set()),
          Printable.line(fault.clip()),
          Printable.line(fault.what()),
          fault.counted() ? "" : " (not counted)");
    }
    System.out.println(json ? EvaluationFiles.json(report) : out.resolve("index.html").toString());
  }
}
