package kinetone.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import kinetone.common.Printable;
import kinetone.recipe.Recipe;
import kinetone.recipe.RecipeFile;
import kinetone.recipe.TrainingRun;
import kinetone.tensor.Engine;
import kinetone.train.TrainingEvent;
import kinetone.train.TrainingListener;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kinetone train}. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Trains a codec or a denoiser from a recipe, or goes on where the run folder stopped.",
      "",
      "Ctrl-C ends the training after the present step, with a checkpoint; the same command goes"
          + " on from there.",
      "",
      "Examples:",
      "  kinetone train configs/monl-scenes/video-codec.yaml --out runs/video-codec",
      "  kinetone train configs/monl-scenes/denoiser.yaml --out runs/denoiser \\",
      "      --set trainer.steps=100",
      ""
    })
final class TrainCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "RECIPE.yaml", description = "The recipe.")
  private Path recipeFile;

  @Option(names = "--out", required = true, description = "Run folder: checkpoints, curves, model.")
  private Path out;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides one value of the recipe, for example trainer.steps=100. Repeatable.")
  private java.util.List<String> overrides = java.util.List.of();

  @Mixin private DeviceOption device;

  @Option(names = "--threads", description = "CPU threads of one operation.")
  @Within(min = 1, max = 1024)
  private Integer threads;

  @Option(names = "--export-only", description = "Write the model of the newest checkpoint.")
  private boolean exportOnly;

  @Override
  public Integer call() {
    Recipe recipe = RecipeFile.read(recipeFile, overrides);
    if (threads != null) {
      Engine.setThreads(threads);
    }
    TrainingRun run = new TrainingRun(recipe, out, device.device());
    if (exportOnly) {
      System.out.println(run.export(TrainCommand::tellDamage));
      return 0;
    }
    try (Interruption interruption = new Interruption();
        ConsoleProgress progress =
            new ConsoleProgress("train", recipe.trainer().steps(), "steps")) {
      run.train(new Console(progress, interruption)).ifPresent(System.out::println);
      interruption.check();
    }
    return 0;
  }

  private record Console(ConsoleProgress progress, Interruption interruption)
      implements TrainingListener {
    @Override
    public void on(TrainingEvent event) {
      show(event, progress);
    }

    @Override
    public boolean stop() {
      return interruption.requested();
    }
  }

  private static void show(TrainingEvent event, ConsoleProgress progress) {
    if (event instanceof TrainingEvent.Step step) {
      progress.at(step.step());
      progress.note(
          step.phases().values().stream()
              .map(p -> String.format(Locale.ROOT, "loss %.4f", p.loss()))
              .collect(Collectors.joining(" ")));
    } else if (event instanceof TrainingEvent.Resumed resumed) {
      System.err.println("going on from step " + resumed.step());
      if (resumed.configChanged()) {
        System.err.println("the trainer's settings differ from those of the checkpoint");
      }
    } else if (event instanceof TrainingEvent.Damaged) {
      tellDamage(event);
    } else if (event instanceof TrainingEvent.Validated validated) {
      System.err.println();
      System.err.println(
          "step " + validated.step() + " validation: " + figures(validated.figures()));
    } else if (event instanceof TrainingEvent.Finished finished && !finished.completed()) {
      System.err.println();
      System.err.printf(
          "ended at step %d with a checkpoint; the same command goes on%n", finished.step());
    }
  }

  private static void tellDamage(TrainingEvent event) {
    if (event instanceof TrainingEvent.Damaged damaged) {
      System.err.println(
          Printable.line(
              String.format(
                  Locale.ROOT,
                  "the checkpoint of step %d, %s, is damaged and an older one is taken: %s",
                  damaged.step(),
                  damaged.folder(),
                  damaged.reason())));
    }
  }

  private static String figures(Map<String, Double> figures) {
    return figures.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, "%s %.4f", e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }
}
