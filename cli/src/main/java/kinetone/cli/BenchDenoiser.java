package kinetone.cli;

import java.util.concurrent.Callable;
import kinetone.bench.DenoiserBench;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench denoiser}. */
@Command(
    name = "denoiser",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "A forward pass against plain matrix products, and where the rest of it goes.")
final class BenchDenoiser implements Callable<Integer> {
  @ParentCommand private BenchCommand parent;

  @Option(
      names = "--model",
      defaultValue = "avdit-base",
      description =
          "avdit-base, avdit-small, avdit-tiny, a model or its folder (${DEFAULT-VALUE}).")
  private String model;

  @Option(names = "--batch", defaultValue = "1", description = "Examples (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 4096)
  private int batch;

  @Mixin private PrecisionOption precision;

  @Option(names = "--rounds", defaultValue = "5", description = "Measurements (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 1000)
  private int rounds;

  @Override
  public Integer call() {
    return parent.measure(
        "denoiser",
        model,
        () ->
            DenoiserBench.run(BenchCommand.denoiser(model), batch, precision.precision(), rounds));
  }
}
