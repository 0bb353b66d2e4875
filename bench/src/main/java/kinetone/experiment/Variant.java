package kinetone.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import kinetone.common.Check;

/**
 * One of the models that are compared.
 *
 * @param name short, for tables and folders
 * @param set overrides of the recipe, as {@code kinetone train --set} takes them
 * @param tasks further overrides by task: then each task has a model of its own, trained for it
 *     alone. Absent: one model does all
 * @param like the variant whose trained models this one takes, to sample from them in another way.
 *     Absent: its own
 * @param options of sampling, by name
 * @param taskOptions the same for single tasks, over {@code options}
 * @param captions whether each clip is asked for by the caption of its scene, too, of models that
 *     hear words; absent: not
 * @param parts folders of parts of the model by role, where they are not the experiment's
 */
public record Variant(
    String name,
    List<String> set,
    Map<String, List<String>> tasks,
    String like,
    Map<String, JsonNode> options,
    Map<String, Map<String, JsonNode>> taskOptions,
    Boolean captions,
    Map<String, String> parts) {
  /** Checks the name. */
  public Variant {
    Check.that(
        name != null && name.matches("[a-z0-9][a-z0-9-]{0,39}"),
        "variant '%s': a name is of small letters, digits and '-', at most 40",
        name);
    set = set == null ? List.of() : List.copyOf(set);
    tasks = tasks == null ? Map.of() : Map.copyOf(tasks);
    options = options == null ? Map.of() : Map.copyOf(options);
    taskOptions = taskOptions == null ? Map.of() : Map.copyOf(taskOptions);
    captions = captions != null && captions;
    parts = parts == null ? Map.of() : Map.copyOf(parts);
    Check.that(
        like == null || (set.isEmpty() && tasks.isEmpty()),
        "variant '%s' takes the models of '%s' and cannot train others with set or tasks",
        name,
        like);
  }
}
