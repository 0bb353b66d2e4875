package kinetone.cli;

import java.util.concurrent.Callable;
import kinetone.bench.SeamBench;
import kinetone.common.Check;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.SamplerChoice;
import picocli.CommandLine.Command;
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

  @Option(
      names = "--model",
      defaultValue = "monl-scenes",
      description = "A model or its folder (${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--seconds",
      defaultValue = "60",
      description = "Length of a scene (${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--scenes",
      defaultValue = "4",
      description = "Of all kinds, not trained on (${DEFAULT-VALUE}).")
  private int scenes;

  @Option(names = "--seed", defaultValue = "1002", description = "World (${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--steps", description = "Denoising steps (default: the model's).")
  private Integer steps;

  @Option(names = "--guidance", description = "Guidance scale (default: the model's).")
  private Double guidance;

  @Option(names = "--sampler", description = "ddim, ddpm or dpmpp (default: the model's).")
  private SamplerChoice sampler;

  @Override
  public Integer call() {
    Check.atLeast("scenes", scenes, 1);
    Check.within("seconds", seconds, 1, 3600);
    return parent.measure("seam", model, this::run);
  }

  private SeamBench.Report run() {
    try (Pipeline pipeline = BenchCommand.load(model);
        ConsoleProgress progress = new ConsoleProgress("seam", scenes, "windows")) {
      ModelIndex.Defaults defaults = pipeline.index().defaults();
      return SeamBench.run(
          pipeline,
          seconds,
          scenes,
          seed,
          steps == null ? defaults.numInferenceSteps() : steps,
          guidance == null ? defaults.guidanceScale() : guidance,
          sampler == null ? defaults.sampler() : sampler,
          (phase, done, all) -> {
            progress.total(all);
            progress.at(done);
          });
    }
  }
}
