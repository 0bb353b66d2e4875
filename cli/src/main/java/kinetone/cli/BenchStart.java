package kinetone.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import kinetone.bench.StartBench;
import kinetone.pipeline.ModelIndex;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private ModelOption model;

  @Option(names = "--runs", defaultValue = "5", description = "Processes (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 1000)
  private int runs;

  @Override
  public Integer call() {
    Path folder = model.folder();
    ModelIndex.read(folder);
    return parent.measure("start", model.name(), () -> StartBench.run(folder, runs));
  }
}
