package kinetone.cli;

import java.util.concurrent.Callable;
import kinetone.bench.SyncBench;
import kinetone.common.Check;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.SamplerChoice;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench sync}. */
@Command(
    name = "sync",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Whether generated sound and picture happen when the given other one says so.")
final class BenchSync implements Callable<Integer> {
  @ParentCommand private BenchCommand parent;

  @Option(
      names = "--model",
      defaultValue = "monl-scenes",
      description = "A model or its folder (${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--scenes",
      defaultValue = "64",
      description = "With impacts, not trained on (${DEFAULT-VALUE}).")
  private int scenes;

  @Option(names = "--seed", defaultValue = "1001", description = "World (${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--steps", description = "Denoising steps (default: the model's).")
  private Integer steps;

  @Option(names = "--guidance", description = "Guidance scale (default: the model's).")
  private Double guidance;

  @Option(names = "--sampler", description = "ddim, ddpm or dpmpp (default: the model's).")
  private SamplerChoice sampler;

  @Option(names = "--v2a-only", description = "Leaves out audio to video.")
  private boolean videoToAudioOnly;

  @Override
  public Integer call() {
    Check.atLeast("scenes", scenes, 2);
    return parent.measure("sync", model, this::run);
  }

  private SyncBench.Report run() {
    try (Pipeline pipeline = BenchCommand.load(model);
        ConsoleProgress progress = new ConsoleProgress("sync", scenes, "scenes")) {
      ModelIndex.Defaults defaults = pipeline.index().defaults();
      return SyncBench.run(
          pipeline,
          new SceneGenerator(pipeline.index().format(), SceneMix.impacts(), seed),
          scenes,
          steps == null ? defaults.numInferenceSteps() : steps,
          guidance == null ? defaults.guidanceScale() : guidance,
          sampler == null ? defaults.sampler() : sampler,
          !videoToAudioOnly,
          (phase, done, all) -> progress.at(done));
    }
  }
}
