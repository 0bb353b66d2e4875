package kinetone.cli;

import java.util.concurrent.Callable;
import kinetone.bench.UniFormBench;
import kinetone.model.uniform.UniFormConfig;
import kinetone.model.uniform.UniFormPresets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench uniform}. */
@Command(
    name = "uniform",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "A denoising pass of UniForm against plain matrix products, and its memory (Linux). Random"
          + " weights, on the CPU.",
      "",
      "The paper's size takes minutes a pass and some 7 GB:",
      "  kinetone bench uniform --model uniform-xl-2 --caption-tokens 120 --rounds 1",
      ""
    })
final class BenchUniForm implements Callable<Integer> {
  private static final String PRESET = "uniform-xl-";

  @ParentCommand private BenchCommand parent;

  @Option(
      names = "--model",
      defaultValue = "uniform-scenes",
      description = "uniform-xl-2, a model or its folder (${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--caption-tokens",
      defaultValue = "20",
      description = "Tokens of the caption (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 4096)
  private int captionTokens;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Measured passes (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 10_000)
  private int rounds;

  @Override
  public Integer call() {
    UniFormConfig config =
        BenchCommand.denoiser(model, PRESET, UniFormPresets::of, UniFormConfig.class);
    return parent.measure("uniform", model, () -> UniFormBench.run(config, captionTokens, rounds));
  }
}
