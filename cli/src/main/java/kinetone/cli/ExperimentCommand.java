package kinetone.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import kinetone.experiment.Experiment;
import kinetone.experiment.ExperimentFiles;
import kinetone.experiment.ExperimentListener;
import kinetone.experiment.ExperimentResult;
import kinetone.experiment.ExperimentRun;
import kinetone.tensor.Engine;
import kinetone.train.ConfigLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kinetone experiment}. */
@Command(
    name = "experiment",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Puts orderings that papers claim to the test: trains variants of a recipe at an equal budget,"
          + " measures them on the same scenes, and says of each claim whether it is seen.",
      "",
      "The folder keeps trainings and measurements: the same command goes on where it was stopped."
          + " Ctrl-C stops it after the present step. At the end it holds result.md, result.json and"
          + " plots.",
      "",
      "Examples:",
      "  kinetone experiment configs/experiments/monl-strategies.yaml --out runs/t1",
      "  kinetone experiment configs/experiments/monl-strategies.yaml --out runs/gpu \\",
      "      --budget gpu --device cuda",
      ""
    })
final class ExperimentCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "EXPERIMENT.yaml", description = "The experiment.")
  private Path file;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of trainings, measurements and the result.")
  private Path out;

  @Option(
      names = "--budget",
      defaultValue = "cpu",
      description = "One of the experiment's (${DEFAULT-VALUE}).")
  private String budget;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Overrides one value of the experiment, for example budgets.cpu.clips=16. Repeatable.")
  private List<String> overrides = List.of();

  @Mixin private DeviceOption device;

  @Mixin private PrecisionOption precision;

  @Option(names = "--threads", description = "CPU threads of one operation.")
  @Within(min = 1, max = 1024)
  private Integer threads;

  @Override
  public Integer call() {
    Experiment experiment = ConfigLoader.load(file, overrides, Experiment.class);
    if (threads != null) {
      Engine.setThreads(threads);
    }
    ExperimentRun run =
        new ExperimentRun(
            experiment,
            budget,
            out,
            device.options(precision.precision()),
            device.device(),
            ModelPath::resolve);
    try (Interruption interruption = new Interruption();
        ConsoleProgress progress = new ConsoleProgress("experiment", 1, "steps")) {
      run.run(new Console(progress, interruption)).ifPresent(this::tell);
      interruption.check();
    }
    return 0;
  }

  private void tell(ExperimentResult result) {
    ExperimentFiles.write(out, result);
    System.out.println(ExperimentFiles.markdown(result));
  }

  private record Console(ConsoleProgress progress, Interruption interruption)
      implements ExperimentListener {
    @Override
    public void at(String piece, long done, long all) {
      progress.total(all);
      progress.at(done);
      progress.note(piece);
    }

    @Override
    public boolean stop() {
      return interruption.requested();
    }
  }
}
