package kinetone.recipe;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.common.AtomicFile;
import kinetone.common.KinetoneException;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.train.Checkpoint;
import kinetone.train.RunDirectory;
import kinetone.train.Trainer;
import kinetone.train.TrainingEvent;
import kinetone.train.TrainingListener;
import kinetone.train.TrainingTask;
import kinetone.train.WholeCheckpoint;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/** A recipe at work in a folder: trains, resumes, and writes what was learned. */
public final class TrainingRun {
  private static final String LEARNED = "model";

  private final Recipe recipe;
  private final RunDirectory directory;
  private final Device device;

  /**
   * A run in {@code folder}; it goes on from the newest checkpoint there.
   *
   * @param device where the network lives
   */
  public TrainingRun(Recipe recipe, Path folder, Device device) {
    this.recipe = recipe;
    this.directory = RunDirectory.open(folder);
    this.device = device;
  }

  /**
   * Trains to the end of the recipe or its time limit, then exports.
   *
   * @return the component folder; empty when {@code listener} stopped the training before its end,
   *     which then goes on from a checkpoint
   */
  public Optional<Path> train(TrainingListener listener) {
    directory.writeConfig(recipe);
    try (Recipe.RecipeTask task = build()) {
      TrainingEvent.Finished end = Trainer.run(task, recipe.trainer(), directory, listener);
      return !end.completed() && listener.stop()
          ? Optional.empty()
          : Optional.of(export(task, listener));
    }
  }

  /**
   * Writes the component from the newest whole checkpoint, without training.
   *
   * @param listener hears of newer ones that are damaged
   */
  public Path export(TrainingListener listener) {
    try (Recipe.RecipeTask task = build()) {
      return export(task, listener);
    }
  }

  private Recipe.RecipeTask build() {
    try (Rng rng = Rng.of(recipe.trainer().seed(), 0)) {
      return recipe.build(rng, device);
    }
  }

  private Path export(Recipe.RecipeTask task, TrainingListener listener) {
    List<String> phases = task.phases().stream().map(TrainingTask.Phase::name).toList();
    WholeCheckpoint found =
        WholeCheckpoint.newest(directory, phases)
            .orElseThrow(
                () -> KinetoneException.user("no checkpoint in %s; train first", directory.root()));
    for (WholeCheckpoint.Damaged damaged : found.damaged()) {
      listener.on(new TrainingEvent.Damaged(damaged.step(), damaged.folder(), damaged.reason()));
    }
    Path newest = found.folder();
    boolean averaged = recipe.trainer().ema() != null;
    for (TrainingTask.Phase phase : task.phases()) {
      try (TensorScope scope = TensorScope.open()) {
        Map<String, Tensor> weights = Checkpoint.weights(newest, phase.name(), averaged);
        StateDict.loadTrained(newest.toString(), phase.module(), weights);
      }
    }
    Path component = directory.root().resolve(LEARNED);
    AtomicFile.writeFolder(component, task::export);
    return component;
  }
}
