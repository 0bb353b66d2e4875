package kinetone.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import kinetone.common.AtomicFile;
import kinetone.common.OutputFile;
import kinetone.common.Printable;
import kinetone.evaluate.EvaluationFiles;
import kinetone.evaluate.Metrics;
import kinetone.evaluate.sensitivity.Alteration;
import kinetone.evaluate.sensitivity.Sensitivity;
import kinetone.evaluate.sensitivity.SensitivityReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench metrics}. */
@Command(
    name = "metrics",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tells whether a metric is sensitive to what one cares about.",
      "",
      "Half of the clips of a folder are real; the others are altered in known steps: sound that"
          + " comes later, sounds of other clips, noise, silence, sound that ends early, blurred"
          + " pictures. Every metric of 'evaluate' is taken of them, and it is told whether it"
          + " moves the right way, with intervals. Without a folder, scenes are rendered. Writes"
          + " sensitivity.md and sensitivity.json; the same command goes on where it was stopped.",
      "",
      "Examples:",
      "  kinetone bench metrics",
      "  kinetone bench metrics --real clips --metrics fd-sound,onsets-50,av-align",
      ""
    })
final class BenchMetrics implements Callable<Integer> {
  @ParentCommand private BenchCommand parent;

  @Option(
      names = "--real",
      paramLabel = "DIR",
      description = "Folder of clips with picture and sound (default: rendered scenes).")
  private Path real;

  @Option(
      names = "--clips",
      defaultValue = "128",
      description = "Looked at, half of them altered (default: ${DEFAULT-VALUE}).")
  @Within(min = 2 * Sensitivity.FEWEST, max = 100_000)
  private int clips;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "Of each clip that count, from its beginning (default: ${DEFAULT-VALUE}).")
  @Within(min = 0.5, max = 600)
  private double seconds;

  @Option(
      names = "--seed",
      defaultValue = "1001",
      description = "Of rendered scenes and of noise (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--metrics",
      split = ",",
      paramLabel = "NAME",
      description = "Only these, as for evaluate (default: all whose networks are there).")
  private List<String> names = new ArrayList<>();

  @Mixin private JudgesOption judges;

  @Option(
      names = "--out",
      defaultValue = "out/sensitivity",
      paramLabel = "DIR",
      description = "Folder of the tables and of altered clips (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Override
  public Integer call() {
    parent.useThreads();
    try (Metrics metrics = new Metrics(judges.judges(), judges.networks())) {
      Sensitivity sensitivity =
          new Sensitivity(
              metrics.named(names), Arrays.asList(Alteration.values()), out, seconds, seed);
      OutputFile.requireFolder(out);
      SensitivityReport report = run(sensitivity);
      String json = EvaluationFiles.json(report);
      write("sensitivity.json", json + "\n");
      write("sensitivity.md", report.markdown());
      report
          .faults()
          .forEach(
              fault ->
                  System.err.printf(
                      "kinetone: %s: %s%n",
                      Printable.line(fault.clip()), Printable.line(fault.what())));
      parent.print(report.markdown(), json);
    }
    return 0;
  }

  private SensitivityReport run(Sensitivity sensitivity) {
    try (Interruption interruption = new Interruption();
        ConsoleProgress progress = new ConsoleProgress("metrics", clips, "clips")) {
      Path folder = real == null ? SceneFolder.below(out, seed, clips, interruption) : real;
      return sensitivity.run(
          folder,
          clips,
          (phase, step, steps) -> {
            progress.total(steps);
            progress.at(step);
            progress.note(phase);
          },
          interruption.cancellation());
    }
  }

  private void write(String name, String text) {
    AtomicFile.write(out.resolve(name), temporary -> Files.writeString(temporary, text));
  }
}
