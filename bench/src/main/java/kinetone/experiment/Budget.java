package kinetone.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import kinetone.common.Check;

/**
 * How much an experiment may cost.
 *
 * @param set overrides of the recipe for all variants: steps, batch
 * @param seeds of trainings; each variant is trained once for each
 * @param clips made by each model in each task
 * @param options of sampling for all variants, by name
 */
public record Budget(List<String> set, List<Long> seeds, int clips, Map<String, JsonNode> options) {
  /** Checks the ranges. */
  public Budget {
    set = set == null ? List.of() : List.copyOf(set);
    Check.that(seeds != null && !seeds.isEmpty(), "a budget needs seeds, for example [1, 2]");
    Check.that(seeds.stream().distinct().count() == seeds.size(), "seeds %s repeat one", seeds);
    seeds = List.copyOf(seeds);
    Check.within("clips", clips, 4, 100_000);
    options = options == null ? Map.of() : Map.copyOf(options);
  }
}
