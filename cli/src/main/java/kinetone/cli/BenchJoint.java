package kinetone.cli;

import java.util.concurrent.Callable;
import kinetone.bench.JointBench;
import kinetone.bench.JointJudge;
import kinetone.bench.JudgedClip;
import kinetone.bench.SamplingSettings;
import kinetone.common.Check;
import kinetone.media.Clip;
import kinetone.pipeline.Pipeline;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;
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

  @Option(
      names = "--clips",
      defaultValue = "64",
      description = "To generate; as many real ones beside them (${DEFAULT-VALUE}).")
  @Within(min = 2, max = 100_000)
  private int clips;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of the first clip; each has the next (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--world-seed",
      defaultValue = "1001",
      description = "Seed of the real scenes, of all kinds, not trained on (${DEFAULT-VALUE}).")
  private long world;

  @Option(
      names = "--captions",
      description =
          "Ask for each clip by the caption of a real one, of models that hear words; by seed alone"
              + " otherwise.")
  private boolean captions;

  @Option(
      names = "--judges",
      defaultValue = "kinds-scenes",
      paramLabel = "DIR",
      description = "Holds the classifiers 'picture' and 'sound' (${DEFAULT-VALUE}).")
  private String judges;

  @Mixin private SheetOption sheet;

  @Mixin private OptionArguments sampling;

  @Override
  public Integer call() {
    Check.atLeast("clips", clips, 2);
    sheet.check();
    return parent.measure("joint", model.name(), this::run);
  }

  private JointBench.Report run() {
    try (Pipeline pipeline = model.load(device);
        JointJudge judge = new JointJudge(ModelPath.resolve(judges));
        ConsoleProgress progress = new ConsoleProgress("joint", clips, "clips")) {
      JointBench.Report report =
          JointBench.run(
              pipeline,
              model.folder(),
              judge,
              new SceneGenerator(pipeline.index().format(), SceneMix.all(), world),
              captions ? JointBench.Asked.BY_CAPTION : JointBench.Asked.BY_SEED,
              clips,
              seed,
              new SamplingSettings(sampling.values()),
              this::keep,
              (phase, done, all) -> progress.at(done));
      sheet.write();
      return report;
    }
  }

  private void keep(long number, Clip clip, JudgedClip judged) {
    sheet.keep(
        "seed %d: seen %s, heard %s"
            .formatted(number, JointBench.words(judged.seen()), JointBench.words(judged.heard())),
        clip,
        judged);
  }
}
