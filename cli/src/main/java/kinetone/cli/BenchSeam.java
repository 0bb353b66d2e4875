package kinetone.cli;

import java.util.concurrent.Callable;
import kinetone.bench.SamplingSettings;
import kinetone.bench.SeamBench;
import kinetone.common.Check;
import kinetone.pipeline.Pipeline;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench seam}. */
@Command(
    name = "seam",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Whether the joins of a long video's sound can be heard: onsets there, and elsewhere.")
final class BenchSeam implements Callable<Integer> {
  @ParentCommand private BenchCommand parent;

  @Mixin private ModelOption model;

  @Mixin private DeviceOption device;

  @Option(
      names = "--seconds",
      defaultValue = "60",
      description = "Length of a scene (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 3600)
  private double seconds;

  @Option(
      names = "--scenes",
      defaultValue = "4",
      description = "Of all kinds, not trained on (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 100_000)
  private int scenes;

  @Option(names = "--seed", defaultValue = "1002", description = "World (${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private OptionArguments sampling;

  @Override
  public Integer call() {
    Check.atLeast("scenes", scenes, 1);
    Check.within("seconds", seconds, 1, 3600);
    return parent.measure("seam", model.name(), this::run);
  }

  private SeamBench.Report run() {
    try (Pipeline pipeline = model.load(device);
        ConsoleProgress progress = new ConsoleProgress("seam", scenes, "windows")) {
      return SeamBench.run(
          pipeline,
          seconds,
          scenes,
          seed,
          new SamplingSettings(sampling.values()),
          (phase, done, all) -> {
            progress.total(all);
            progress.at(done);
          });
    }
  }
}
