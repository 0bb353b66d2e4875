package kinetone.cli;

import java.util.concurrent.Callable;
import kinetone.bench.JointBench;
import kinetone.bench.JointJudge;
import kinetone.bench.SamplingSettings;
import kinetone.pipeline.Pipeline;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench joint}. */
@Command(
    name = "joint",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Whether pictures and sound that a model makes together belong together, and how real they"
          + " are.",
      "",
      "Generates clips from seeds, and captions if you say so, and asks: do impacts sound when they are seen (onset F1,"
          + " beside what chance gives)? Do a classifier of pictures and one of sound name the same"
          + " kind of scene? Does every kind come up, as often as in the data? How sharp are the"
          + " pictures, and how far are both from real ones (Fréchet distances)? Real scenes, as"
          + " they are and through the model's codecs, go through the same measure: they are the"
          + " ceiling. Brackets are 95 %% intervals (bootstrap over clips).",
      "",
      "Examples:",
      "  kinetone bench joint --model monl-scenes --sheet joint.png",
      "  kinetone bench joint --model uniform-scenes --captions --clips 256 --json",
      ""
    })
final class BenchJoint implements Callable<Integer> {
  @ParentCommand private BenchCommand parent;

  @Mixin private ModelOption model;

  @Mixin private DeviceOption device;

  @Mixin private JudgedClips judged;

  @Option(
      names = "--captions",
      description =
          "Ask for each clip by the caption of a real one, of models that hear words; by seed alone"
              + " otherwise.")
  private boolean captions;

  @Mixin private OptionArguments sampling;

  @Override
  public Integer call() {
    judged.check();
    return parent.measure("joint", model.name(), this::run);
  }

  private JointBench.Report run() {
    try (Pipeline pipeline = model.load(device);
        JointJudge judge = new JointJudge(judged.judges());
        ConsoleProgress progress = new ConsoleProgress("joint", judged.count(), "clips")) {
      JointBench.Report report =
          JointBench.run(
              pipeline,
              model.folder(),
              judge,
              judged.scenes(pipeline.index().format()),
              captions ? JointBench.Asked.BY_CAPTION : JointBench.Asked.BY_SEED,
              judged.count(),
              judged.seed(),
              new SamplingSettings(sampling.values()),
              (number, clip, found) -> judged.keep("seed " + number, clip, found),
              (phase, done, all) -> progress.at(done));
      judged.write();
      return report;
    }
  }
}
