package kinetone.cli;

import java.util.concurrent.Callable;
import kinetone.bench.ColourJudge;
import kinetone.bench.JointJudge;
import kinetone.bench.PromptBench;
import kinetone.bench.SamplingSettings;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.TaskKind;
import kinetone.scene.Combinations;
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
      "Prompts are captions of scenes that the model was not trained on. Classifiers name the kind of"
          + " scene that is seen and heard, and the colour of its main thing; they, and the number of"
          + " onsets heard, are compared with what the prompt says. The scenes themselves go"
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

  @Mixin private JudgedClips judged;

  @Option(
      names = "--combinations",
      defaultValue = "common",
      description =
          "Of thing, colour and count: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}). The model never"
              + " saw the held-out ones.")
  private Combinations combinations;

  @Mixin private OptionArguments sampling;

  @Override
  public Integer call() {
    TaskKind.named(task);
    judged.check();
    return parent.measure("prompts", model.name(), this::run);
  }

  private PromptBench.Report run() {
    try (Pipeline pipeline = model.load(device);
        JointJudge judge = new JointJudge(judged.judges());
        ColourJudge colours = new ColourJudge(judged.judges());
        ConsoleProgress progress = new ConsoleProgress("prompts", judged.count(), "clips")) {
      PromptBench.Report report =
          PromptBench.run(
              pipeline,
              model.folder(),
              judge,
              colours,
              TaskKind.named(task),
              judged.scenes(pipeline.index().format()),
              combinations,
              judged.count(),
              judged.seed(),
              new SamplingSettings(sampling.values()),
              judged::keep,
              (phase, done, all) -> progress.at(done));
      judged.write();
      return report;
    }
  }
}
