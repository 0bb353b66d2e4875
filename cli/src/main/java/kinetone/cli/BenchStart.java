package kinetone.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import kinetone.bench.StartBench;
import kinetone.pipeline.ModelIndex;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench start}. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "From the start of a process to its first denoising step.")
final class BenchStart implements Callable<Integer> {
  @ParentCommand private BenchCommand parent;

  @Option(
      names = "--model",
      defaultValue = "monl-scenes",
      description = "A model or its folder (${DEFAULT-VALUE}).")
  private String model;

  @Option(names = "--runs", defaultValue = "5", description = "Processes (${DEFAULT-VALUE}).")
  private int runs;

  @Override
  public Integer call() {
    Path folder = ModelPath.resolve(model);
    ModelIndex.read(folder);
    return parent.measure("start", model, () -> StartBench.run(folder, runs));
  }
}
