package kinetone.cli;

import java.util.concurrent.Callable;
import kinetone.bench.SamplingSettings;
import kinetone.bench.SyncBench;
import kinetone.common.Check;
import kinetone.pipeline.Pipeline;
import kinetone.scene.SceneMix;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench sync}. */
@Command(
    name = "sync",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Whether generated sound and picture happen when the given other one says so.",
      "",
      "Onset F1 within one picture and within 50 ms, with 95 %% intervals (bootstrap over scenes)."
          + " Beside it: the same onsets against the next scene (shuffled), as many onsets evenly"
          + " spaced (fixed grid), and the scenes' own sound and picture.",
      ""
    })
final class BenchSync implements Callable<Integer> {
  @ParentCommand private BenchCommand parent;

  @Mixin private ModelOption model;

  @Mixin private DeviceOption device;

  @Option(
      names = "--scenes",
      defaultValue = "64",
      description = "With impacts, not trained on (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 100_000)
  private int scenes;

  @Mixin private WorldOption world;

  @Mixin private OptionArguments sampling;

  @Option(names = "--v2a-only", description = "Leaves out audio to video.")
  private boolean videoToAudioOnly;

  @Override
  public Integer call() {
    Check.atLeast("scenes", scenes, 2);
    return parent.measure("sync", model.name(), this::run);
  }

  private SyncBench.Report run() {
    try (Pipeline pipeline = model.load(device);
        ConsoleProgress progress = new ConsoleProgress("sync", scenes, "scenes")) {
      return SyncBench.run(
          pipeline,
          world.scenes(pipeline.index().format(), SceneMix.impacts()),
          scenes,
          new SamplingSettings(sampling.values()),
          videoToAudioOnly,
          (phase, done, all) -> progress.at(done));
    }
  }
}
