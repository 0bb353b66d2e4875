package kinetone.cli;

import java.util.concurrent.Callable;
import kinetone.bench.JoinBench;
import kinetone.bench.SamplingSettings;
import kinetone.common.Check;
import kinetone.diffusion.task.Task;
import kinetone.pipeline.Pipeline;
import kinetone.scene.SceneMix;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench join}. */
@Command(
    name = "join",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Whether continuation and inpainting keep what was given, and whether joins show.",
      "",
      "Joins: what changes across them over what changes at the same places of real clips.",
      ""
    })
final class BenchJoin implements Callable<Integer> {
  @ParentCommand private BenchCommand parent;

  @Mixin private ModelOption model;

  @Mixin private DeviceOption device;

  @Option(
      names = "--scenes",
      defaultValue = "16",
      description = "Of all kinds, not trained on (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 100_000)
  private int scenes;

  @Mixin private WorldOption world;

  @Mixin private OptionArguments sampling;

  @Option(
      names = "--given",
      defaultValue = "0.625",
      description = "Seconds that are continued (${DEFAULT-VALUE}).")
  @Within(min = 0, max = 3600)
  private double given;

  @Option(
      names = "--from",
      defaultValue = "0.625",
      description = "Start of the gap in seconds (${DEFAULT-VALUE}).")
  @Within(min = 0, max = 3600)
  private double from;

  @Option(
      names = "--to",
      defaultValue = "1.625",
      description = "End of the gap in seconds (${DEFAULT-VALUE}).")
  @Within(min = 0, max = 3600)
  private double to;

  @Override
  public Integer call() {
    Check.atLeast("scenes", scenes, 1);
    return parent.measure("join", model.name(), this::run);
  }

  private JoinBench.Report run() {
    try (Pipeline pipeline = model.load(device);
        ConsoleProgress progress = new ConsoleProgress("join", scenes, "scenes")) {
      return JoinBench.run(
          pipeline,
          world.scenes(pipeline.index().format(), SceneMix.all()),
          scenes,
          new Task.Continue(given),
          new Task.Inpaint(from, to),
          new SamplingSettings(sampling.values()),
          (phase, done, all) -> progress.at(done));
    }
  }
}
