package kinetone.cli;

import java.util.List;
import java.util.concurrent.Callable;
import kinetone.bench.AvDitBench;
import kinetone.model.avdit.AdapterAvDiTConfig;
import kinetone.model.avdit.AdapterAvDiTPresets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench av-dit}. */
@Command(
    name = "av-dit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "What a frozen base saves: training steps of the small parts and of the whole network, with"
          + " checkpointed gradients and without, their time and memory (Linux), and a denoising pass"
          + " against plain matrix products. Random weights, on the CPU.",
      "",
      "The paper's size takes minutes a step; whole and without checkpoints it takes more than 24 GiB:",
      "  kinetone bench av-dit --model av-dit-xl-2 --trained ADAPTERS \\",
      "      --checkpointing true --steps 1",
      ""
    })
final class BenchAvDit implements Callable<Integer> {
  private static final String PRESET = "av-dit-";

  @ParentCommand private BenchCommand parent;

  @Option(
      names = "--model",
      defaultValue = "avdit-scenes",
      description = "av-dit-xl-2, a model or its folder (${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--trained",
      split = ",",
      description = "ADAPTERS, ALL or both with a comma (default: both).")
  private List<AvDitBench.Trained> trained = List.of(AvDitBench.Trained.values());

  @Option(
      names = "--checkpointing",
      split = ",",
      description = "false, true or both with a comma (default: both).")
  private List<Boolean> checkpointing = List.of(false, true);

  @Option(names = "--passes-only", description = "No training.")
  private boolean passesOnly;

  @Option(names = "--batch", defaultValue = "1", description = "Examples (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 4096)
  private int batch;

  @Option(
      names = "--steps",
      defaultValue = "3",
      description = "Measured steps of each kind (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 10_000)
  private int steps;

  @Override
  public Integer call() {
    AdapterAvDiTConfig config =
        BenchCommand.denoiser(model, PRESET, AdapterAvDiTPresets::of, AdapterAvDiTConfig.class);
    return parent.measure(
        "av-dit",
        model,
        () ->
            AvDitBench.run(config, passesOnly ? List.of() : trained, checkpointing, batch, steps));
  }
}
