package kinetone.cli;

import java.util.concurrent.Callable;
import kinetone.bench.JointBench;
import kinetone.bench.JointJudge;
import kinetone.bench.JudgedClip;
import kinetone.bench.PromptBench;
import kinetone.bench.SamplingSettings;
import kinetone.common.Check;
import kinetone.media.Clip;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.TaskKind;
import kinetone.scene.Combinations;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench prompts}. */
@Command(
    name = "prompts",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Whether clips show and sound as their prompts say.",
      "",
      "Prompts are captions of scenes that the model was not trained on. Two classifiers name the"
          + " kind of scene that is seen and heard, the hue of what moves is compared with the colour"
          + " and the onsets heard with the count that the prompt says. The scenes themselves go"
          + " through the same measure and are the ceiling; clips from the same seeds without a prompt"
          + " are the null. With --task v2a or a2v the scene's picture or sound is given too, and the"
          + " onsets are compared with its impacts. Brackets are 95 %% intervals (bootstrap over"
          + " clips).",
      "",
      "Examples:",
      "  kinetone bench prompts --model uniform-scenes --clips 64 --sheet prompts.png",
      "  kinetone bench prompts --model uniform-scenes --task v2a --json",
      "  kinetone bench prompts --model uniform-scenes --combinations held_out --json",
      ""
    })
final class BenchPrompts implements Callable<Integer> {
  @ParentCommand private BenchCommand parent;

  @Mixin private ModelOption model;

  @Mixin private DeviceOption device;

  @Option(
      names = "--task",
      defaultValue = "t2av",
      description = "What to ask for in words: t2av (or joint), v2a or a2v (${DEFAULT-VALUE}).")
  private String task;

  @Option(
      names = "--clips",
      defaultValue = "64",
      description = "With a prompt; as many without and as many real ones (${DEFAULT-VALUE}).")
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
      description = "Seed of the scenes behind the prompts, not trained on (${DEFAULT-VALUE}).")
  private long world;

  @Option(
      names = "--combinations",
      defaultValue = "common",
      description =
          "Of thing, colour and count: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}). The model never"
              + " saw the held-out ones.")
  private Combinations combinations;

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
    TaskKind.named(task);
    sheet.check();
    return parent.measure("prompts", model.name(), this::run);
  }

  private PromptBench.Report run() {
    try (Pipeline pipeline = model.load(device);
        JointJudge judge = new JointJudge(ModelPath.resolve(judges));
        ConsoleProgress progress = new ConsoleProgress("prompts", clips, "clips")) {
      PromptBench.Report report =
          PromptBench.run(
              pipeline,
              model.folder(),
              judge,
              TaskKind.named(task),
              new SceneGenerator(pipeline.index().format(), SceneMix.all(), world),
              combinations,
              clips,
              seed,
              new SamplingSettings(sampling.values()),
              this::keep,
              (phase, done, all) -> progress.at(done));
      sheet.write();
      return report;
    }
  }

  private void keep(String prompt, Clip clip, JudgedClip judged) {
    sheet.keep(
        "%s (seen %s, heard %s)"
            .formatted(prompt, JointBench.words(judged.seen()), JointBench.words(judged.heard())),
        clip,
        judged);
  }
}
