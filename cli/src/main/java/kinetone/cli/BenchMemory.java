package kinetone.cli;

import java.util.concurrent.Callable;
import kinetone.bench.MemoryBench;
import kinetone.model.monl.AvDiTConfig;
import kinetone.pipeline.Pipeline;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench memory}. */
@Command(
    name = "memory",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Whether memory stays where it is over many training steps and samples (Linux).",
      "With a model, samples go through its codecs too; with a size alone they do not.",
      ""
    })
final class BenchMemory implements Callable<Integer> {
  @ParentCommand private BenchCommand parent;

  @Option(
      names = "--model",
      defaultValue = "avdit-tiny",
      description =
          "avdit-base, avdit-small, avdit-tiny, a model or its folder (${DEFAULT-VALUE}).")
  private String model;

  @Option(names = "--batch", defaultValue = "1", description = "Examples (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 4096)
  private int batch;

  @Option(names = "--steps", defaultValue = "1000", description = "Training (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 1_000_000)
  private int steps;

  @Option(names = "--samples", defaultValue = "200", description = "Samples (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 100_000)
  private int samples;

  @Option(
      names = "--num-inference-steps",
      defaultValue = "5",
      description = "Denoising steps of a sample (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 1000)
  private int samplingSteps;

  @Override
  public Integer call() {
    return parent.measure("memory", model, this::run);
  }

  private MemoryBench.Report run() {
    AvDiTConfig config = BenchCommand.denoiser(model);
    if (BenchCommand.isPreset(model)) {
      return MemoryBench.run(config, batch, steps, samples, samplingSteps);
    }
    try (Pipeline pipeline = BenchCommand.load(model)) {
      return MemoryBench.run(pipeline, config, batch, steps, samples, samplingSteps);
    }
  }
}
