package kinetone.experiment;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import kinetone.common.Check;
import kinetone.pipeline.AskedFormat;

/**
 * Variants of one recipe, trained at an equal budget and compared in the same tasks.
 *
 * @param title one line for people
 * @param recipe file of the recipe that all variants override
 * @param set overrides for all variants: where latents and codecs are
 * @param system of the models
 * @param trained role of what the recipe trains
 * @param parts folders of the model's other parts, by role
 * @param rates of clips, where no component says; absent where all do
 * @param world seed of the scenes that variants are measured on, which none was trained on
 * @param judges folder of the classifiers that judge clips
 * @param tasks in which variants are compared
 * @param variants that are compared
 * @param budgets by name, for machines of different strength
 * @param claims that are put to the test
 */
public record Experiment(
    String title,
    String recipe,
    List<String> set,
    String system,
    String trained,
    Map<String, String> parts,
    Rates rates,
    long world,
    String judges,
    List<AskedTask> tasks,
    List<Variant> variants,
    Map<String, Budget> budgets,
    List<Claim> claims) {
  /**
   * What {@code kinetone pack} asks for.
   *
   * @param framesPerSecond Hz; absent: 8
   * @param sampleRate Hz; absent: 16000
   */
  public record Rates(Double framesPerSecond, Integer sampleRate) {
    AskedFormat asked() {
      return new AskedFormat(
          Optional.ofNullable(framesPerSecond), Optional.ofNullable(sampleRate), Optional.empty());
    }
  }

  /** Checks that names are there and belong together. */
  public Experiment {
    require("title", title);
    require("recipe", recipe);
    require("system", system);
    require("trained", trained);
    require("judges", judges);
    Check.that(parts != null, "parts is missing");
    Check.that(tasks != null && !tasks.isEmpty(), "tasks is missing");
    Check.that(variants != null && !variants.isEmpty(), "variants is missing");
    Check.that(budgets != null && !budgets.isEmpty(), "budgets is missing");
    rates = rates == null ? new Rates(null, null) : rates;
    set = set == null ? List.of() : List.copyOf(set);
    tasks = List.copyOf(tasks);
    variants = List.copyOf(variants);
    parts = Map.copyOf(parts);
    budgets = Map.copyOf(budgets);
    claims = claims == null ? List.of() : List.copyOf(claims);
    Set<String> taskNames = unique("task", tasks.stream().map(AskedTask::task).toList());
    Set<String> names = unique("variant", variants.stream().map(Variant::name).toList());
    Check.that(
        !names.contains(Results.REAL), "variant '%s' has the name of real scenes", Results.REAL);
    for (Variant one : variants) {
      Check.that(
          !one.parts().containsKey(trained),
          "variant '%s': part '%s' is what the recipe trains",
          one.name(),
          trained);
      if (one.like() != null) {
        known("variant", one.like(), names);
        Check.that(
            variants.stream().noneMatch(v -> v.name().equals(one.like()) && v.like() != null),
            "variant '%s' takes models of '%s', which has none of its own",
            one.name(),
            one.like());
      }
      one.taskOptions().keySet().forEach(task -> known("task", task, taskNames));
      Check.that(
          one.tasks().isEmpty() || one.tasks().keySet().equals(taskNames),
          "variant '%s' trains for %s, the tasks are %s",
          one.name(),
          one.tasks().keySet().stream().sorted().toList(),
          taskNames.stream().sorted().toList());
    }
    for (Claim claim : claims) {
      known("variant", claim.variant(), names);
      claim.than().forEach(other -> known("variant", other, names));
      claim.tasks().forEach(task -> known("task", task, taskNames));
    }
  }

  private static void require(String key, String value) {
    Check.that(value != null && !value.isBlank(), "%s is missing", key);
  }

  private static Set<String> unique(String what, List<String> names) {
    Set<String> seen = new HashSet<>(names);
    Check.that(seen.size() == names.size(), "a %s stands twice in %s", what, names);
    return seen;
  }

  private static void known(String what, String name, Set<String> names) {
    Check.that(
        names.contains(name),
        "%s '%s' is unknown; there are %s",
        what,
        name,
        names.stream().sorted().collect(Collectors.joining(", ")));
  }

  /** The budget called {@code name}. */
  public Budget budget(String name) {
    known("budget", name, budgets.keySet());
    return budgets.get(name);
  }

  Variant variant(String name) {
    return variants.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  AskedTask task(String name) {
    return tasks.stream().filter(one -> one.task().equals(name)).findFirst().orElseThrow();
  }
}
