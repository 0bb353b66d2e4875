package kinetone.cli;

import java.util.concurrent.Callable;
import kinetone.bench.TrainBench;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench train}. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Training steps of a denoiser: forward, backward, optimiser.")
final class BenchTrain implements Callable<Integer> {
  @ParentCommand private BenchCommand parent;

  @Option(
      names = "--model",
      defaultValue = "avdit-small",
      description =
          "avdit-base, avdit-small, avdit-tiny, a model or its folder (${DEFAULT-VALUE}).")
  private String model;

  @Option(names = "--batch", defaultValue = "4", description = "Examples (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 4096)
  private int batch;

  @Mixin private DeviceOption device;

  @Mixin private PrecisionOption precision;

  @Option(names = "--steps", defaultValue = "5", description = "Measured steps (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 100_000)
  private int steps;

  @Option(
      names = "--self-conditioning",
      defaultValue = "0",
      description = "Share of the steps with a first pass for the estimate (${DEFAULT-VALUE}).")
  @Within(min = 0, max = 1)
  private double selfConditioning;

  @Override
  public Integer call() {
    return parent.measure(
        "train",
        model,
        () ->
            TrainBench.run(
                BenchCommand.denoiser(model),
                batch,
                device.device(),
                precision.precision(),
                steps,
                selfConditioning));
  }
}
