package kinetone.cli;

import java.util.concurrent.Callable;
import kinetone.bench.AlignBench;
import kinetone.bench.SamplingSettings;
import kinetone.common.Check;
import kinetone.judge.AlignmentJudge;
import kinetone.pipeline.Pipeline;
import kinetone.scene.SceneMix;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench align}. */
@Command(
    name = "align",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Align-Acc: how often a trained judge takes generated sound for that of its picture.",
      "",
      "Beside it stand real sound, sound of another picture, and sound that is early; all with 95 %"
          + " intervals (bootstrap over scenes). A model that is guided by a classifier like the"
          + " judge is favoured: --classifier-guidance-scale 0 is the figure without.",
      ""
    })
final class BenchAlign implements Callable<Integer> {
  @ParentCommand private BenchCommand parent;

  @Mixin private ModelOption model;

  @Mixin private DeviceOption device;

  @Option(
      names = "--judge",
      defaultValue = "mdsgen-scenes",
      description = "MDSGen model whose codec and features judge (${DEFAULT-VALUE}).")
  private String judge;

  @Option(
      names = "--classifier",
      defaultValue = "align-scenes",
      paramLabel = "DIR",
      description = "Classifier of clean latents of that codec (${DEFAULT-VALUE}).")
  private String classifier;

  @Option(
      names = "--window",
      defaultValue = "12",
      description = "Pictures that the classifier sees (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 1000)
  private int window;

  @Option(
      names = "--scenes",
      defaultValue = "256",
      description = "Of all kinds, not trained on (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 100_000)
  private int scenes;

  @Mixin private WorldOption world;

  @Mixin private OptionArguments sampling;

  @Override
  public Integer call() {
    Check.atLeast("scenes", scenes, 2);
    return parent.measure("align", model.name(), this::run);
  }

  private AlignBench.Report run() {
    try (Pipeline pipeline = model.load(device);
        AlignmentJudge judged =
            new AlignmentJudge(ModelPath.resolve(judge), ModelPath.resolve(classifier), window);
        ConsoleProgress progress = new ConsoleProgress("align", scenes, "scenes")) {
      return AlignBench.run(
          pipeline,
          judged,
          world.scenes(pipeline.index().format(), SceneMix.all()),
          scenes,
          new SamplingSettings(sampling.values()),
          (phase, done, all) -> progress.at(done));
    }
  }
}
