package kinetone.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import kinetone.bench.JointJudge;
import kinetone.checkpoint.Json;
import kinetone.common.AtomicFile;
import kinetone.common.Check;
import kinetone.media.ClipFormat;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.ModelPacker;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.Systems;
import kinetone.recipe.Recipe;
import kinetone.recipe.RecipeFile;
import kinetone.recipe.TrainingRun;
import kinetone.train.RunDirectory;
import kinetone.train.TrainingEvent;
import kinetone.train.TrainingListener;
import org.bytedeco.pytorch.Device;

/**
 * An experiment at work in a folder. Trainings go on from their checkpoints, and what was measured
 * is kept, so that a run that was stopped anywhere goes on there.
 *
 * <pre>
 *   experiment.json                    what is done here
 *   VARIANT/seed-N[/TASK]/run          the training
 *   VARIANT/seed-N[/TASK]/model        a model that generate takes
 *   VARIANT/seed-N/measured/TASK.json  what was found in its clips
 * </pre>
 */
public final class ExperimentRun {
  private final Experiment experiment;
  private final String budgetName;
  private final Budget budget;
  private final Path folder;
  private final Kinetone.Options options;
  private final Device device;
  private final Function<String, Path> models;

  /**
   * A run in {@code folder}.
   *
   * @param budgetName one of the experiment's
   * @param options how models are loaded to be measured
   * @param device where they are trained
   * @param models finds the folder of what the experiment names as a model or part
   */
  public ExperimentRun(
      Experiment experiment,
      String budgetName,
      Path folder,
      Kinetone.Options options,
      Device device,
      Function<String, Path> models) {
    this.experiment = experiment;
    this.budgetName = budgetName;
    this.budget = experiment.budget(budgetName);
    this.folder = folder;
    this.options = options;
    this.device = device;
    this.models = models;
    // A wrong override or option must not wait until the variants before it are trained.
    for (Variant variant : experiment.variants()) {
      requireWords(variant);
      experiment.tasks().forEach(task -> sampling(variant, task));
    }
    trained().forEach(variant -> budget.seeds().forEach(seed -> recipes(variant, seed)));
  }

  private List<Variant> trained() {
    return experiment.variants().stream().filter(one -> one.like() == null).toList();
  }

  private Map<String, Recipe> recipes(Variant variant, long seed) {
    Map<String, Recipe> all = new LinkedHashMap<>();
    if (variant.tasks().isEmpty()) {
      all.put("", recipe(variant.set(), seed));
    } else {
      variant
          .tasks()
          .forEach(
              (task, set) -> {
                List<String> both = new ArrayList<>(variant.set());
                both.addAll(set);
                all.put(task, recipe(both, seed));
              });
    }
    return all;
  }

  private Recipe recipe(List<String> set, long seed) {
    List<String> overrides = new ArrayList<>(experiment.set());
    overrides.addAll(budget.set());
    overrides.addAll(set);
    overrides.add("trainer.seed=" + seed);
    return RecipeFile.read(Path.of(experiment.recipe()), overrides);
  }

  private void requireWords(Variant variant) {
    Check.that(
        !variant.captions()
            || Systems.named(experiment.system()).allOptions().contains(CommonOptions.PROMPT),
        "variant '%s': models of the system '%s' hear no words; leave captions out",
        variant.name(),
        experiment.system());
  }

  private OptionValues sampling(Variant variant, AskedTask task) {
    return values(variant.taskOptions().getOrDefault(task.task(), Map.of()))
        .over(values(variant.options()))
        .over(values(budget.options()));
  }

  private OptionValues values(Map<String, JsonNode> named) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.setAll(named);
    return OptionValues.read(node, Systems.named(experiment.system()).allOptions());
  }

  /**
   * Trains and measures what is not yet, and compares.
   *
   * @return empty when {@code listener} stopped it
   */
  public Optional<ExperimentResult> run(ExperimentListener listener) {
    keepConfig();
    for (Variant variant : trained()) {
      for (long seed : budget.seeds()) {
        for (Map.Entry<String, Recipe> one : recipes(variant, seed).entrySet()) {
          if (!model(variant, seed, one.getKey(), one.getValue(), listener)) {
            return Optional.empty();
          }
        }
        if (seed == budget.seeds().get(0)) {
          requireSampling(variant, seed);
        }
      }
    }
    try {
      return Optional.of(measured(listener).result(budgetName, budget.seeds(), losses()));
    } catch (CancellationException stopped) {
      return Optional.empty();
    }
  }

  /**
   * What a model refuses to be asked for must not wait until all others are trained, either.
   *
   * @param trained a variant whose models are there
   */
  private void requireSampling(Variant trained, long seed) {
    for (Variant variant : experiment.variants()) {
      if (trained.name().equals(variant.like() == null ? variant.name() : variant.like())) {
        for (AskedTask task : experiment.tasks()) {
          if (!Files.exists(measuredFile(variant, seed, task))) {
            try (Pipeline pipeline = Kinetone.load(model(variant, seed, task), options)) {
              new TaskMeasure(pipeline.index().format(), experiment.world())
                  .check(pipeline, task, variant.captions(), sampling(variant, task));
            }
          }
        }
      }
    }
  }

  private Path measuredFile(Variant variant, long seed, AskedTask task) {
    return home(variant.name(), seed).resolve("measured").resolve(task.task() + ".json");
  }

  private List<ExperimentResult.Loss> losses() {
    List<ExperimentResult.Loss> losses = new ArrayList<>();
    for (Variant variant : trained()) {
      for (String task : recipes(variant, budget.seeds().get(0)).keySet()) {
        Map<String, List<Double>> parts = new LinkedHashMap<>();
        for (long seed : budget.seeds()) {
          RunDirectory.open(home(variant.name(), seed).resolve(task).resolve("run"))
              .heldOut()
              .forEach(
                  (part, loss) -> parts.computeIfAbsent(part, p -> new ArrayList<>()).add(loss));
        }
        String network = (variant.name() + " " + task).strip();
        parts.forEach(
            (part, bySeed) -> losses.add(new ExperimentResult.Loss(network, part, bySeed)));
      }
    }
    return losses;
  }

  private Results measured(ExperimentListener listener) {
    Map<String, Map<String, List<MeasuredTask>>> made = new LinkedHashMap<>();
    Map<String, Results.Real> real = new LinkedHashMap<>();
    try (JointJudge judge = new JointJudge(models.apply(experiment.judges()))) {
      for (Variant variant : experiment.variants()) {
        for (AskedTask task : experiment.tasks()) {
          for (long seed : budget.seeds()) {
            made.computeIfAbsent(variant.name(), name -> new LinkedHashMap<>())
                .computeIfAbsent(task.task(), name -> new ArrayList<>())
                .add(measured(variant, seed, task, judge, real, listener));
          }
        }
      }
    }
    return new Results(experiment, budget.clips(), real, made);
  }

  private void keepConfig() {
    ObjectNode here = Json.MAPPER.createObjectNode();
    here.put("budget", budgetName);
    here.set("experiment", Json.MAPPER.valueToTree(experiment));
    Path file = folder.resolve("experiment.json");
    if (Files.exists(file)) {
      Check.that(
          Json.fileTree(file, "an experiment").equals(Json.tree(file, here.toString())),
          "%s has another experiment or budget; choose another --out",
          folder);
    } else {
      write(file, here);
    }
  }

  private static void write(Path file, JsonNode node) {
    AtomicFile.write(file, temporary -> Files.writeString(temporary, node.toPrettyString() + "\n"));
  }

  private Path home(String variant, long seed) {
    return folder.resolve(variant).resolve("seed-" + seed);
  }

  private boolean model(
      Variant variant, long seed, String task, Recipe recipe, ExperimentListener listener) {
    Path home = home(variant.name(), seed).resolve(task);
    Path model = home.resolve("model");
    if (Files.exists(model)) {
      return true;
    }
    String piece = "train %s %s seed %d".formatted(variant.name(), task, seed);
    Optional<Path> learned =
        new TrainingRun(recipe, home.resolve("run"), device)
            .train(
                new TrainingListener() {
                  @Override
                  public void on(TrainingEvent event) {
                    if (event instanceof TrainingEvent.Step step) {
                      listener.at(piece, step.step(), recipe.trainer().steps());
                    }
                  }

                  @Override
                  public boolean stop() {
                    return listener.stop();
                  }
                });
    if (learned.isEmpty()) {
      return false;
    }
    pack(variant, learned.get(), model);
    return true;
  }

  private void pack(Variant variant, Path learned, Path model) {
    Map<String, Path> parts = new LinkedHashMap<>();
    experiment.parts().forEach((role, part) -> parts.put(role, models.apply(part)));
    variant.parts().forEach((role, part) -> parts.put(role, models.apply(part)));
    parts.put(experiment.trained(), learned);
    new ModelPacker(
            Systems.named(experiment.system()),
            parts,
            experiment.rates().asked(),
            Optional.of(experiment.title()),
            OptionValues.NONE)
        .pack(model);
  }

  /**
   * The model that a variant makes clips with: its own, another's, or another's with other parts.
   */
  private Path model(Variant variant, long seed, AskedTask task) {
    Variant maker = variant.like() == null ? variant : experiment.variant(variant.like());
    String alone = maker.tasks().isEmpty() ? "" : task.task();
    Path trained = home(maker.name(), seed).resolve(alone).resolve("model");
    if (variant.like() == null || variant.parts().isEmpty()) {
      return trained;
    }
    Path model = home(variant.name(), seed).resolve(alone).resolve("model");
    if (!Files.exists(model)) {
      pack(variant, trained.resolve(experiment.trained()), model);
    }
    return model;
  }

  private MeasuredTask measured(
      Variant variant,
      long seed,
      AskedTask task,
      JointJudge judge,
      Map<String, Results.Real> real,
      ExperimentListener listener) {
    Path model = model(variant, seed, task);
    Path file = measuredFile(variant, seed, task);
    boolean known = Files.exists(file);
    if (known && real.containsKey(task.task())) {
      return Json.file(file, "measured clips", MeasuredTask.class);
    }
    try (Pipeline pipeline = Kinetone.load(model, options)) {
      ClipFormat format = pipeline.index().format();
      TaskMeasure measure = new TaskMeasure(format, experiment.world());
      int clips = budget.clips();
      real.computeIfAbsent(
          task.task(),
          name ->
              new Results.Real(
                  measure.real(judge, task, clips, clips), measure.real(judge, task, 0, clips)));
      if (known) {
        return Json.file(file, "measured clips", MeasuredTask.class);
      }
      String piece = "measure %s %s seed %d".formatted(variant.name(), task.task(), seed);
      MeasuredTask found =
          measure.made(
              pipeline,
              judge,
              task,
              clips,
              variant.captions(),
              sampling(variant, task),
              (phase, done, all) -> {
                listener.at(piece, done, all);
                if (listener.stop()) {
                  throw new CancellationException("stopped");
                }
              });
      write(file, Json.MAPPER.valueToTree(found));
      return found;
    }
  }
}
