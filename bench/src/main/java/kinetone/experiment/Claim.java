package kinetone.experiment;

import java.util.List;
import kinetone.common.Check;

/**
 * An ordering that a paper reports.
 *
 * @param says the claim in words, with its source
 * @param relation how {@code variant} compares
 * @param variant that is said to be better, or no worse
 * @param than the others
 * @param tasks in which
 */
public record Claim(
    String says, Relation relation, String variant, List<String> than, List<String> tasks) {
  /** How a variant compares with others. */
  public enum Relation {
    /** Better. */
    BETTER,
    /** Not clearly worse: by less than a tenth of the other's figure. */
    NO_WORSE
  }

  /** Checks that all is there. */
  public Claim {
    Check.that(says != null && !says.isBlank(), "a claim says nothing");
    Check.that(relation != null, "claim '%s' needs a relation: better or no_worse", says);
    Check.that(variant != null, "claim '%s' names no variant", says);
    Check.that(than != null && !than.isEmpty(), "claim '%s' names none to compare with", says);
    Check.that(tasks != null && !tasks.isEmpty(), "claim '%s' names no tasks", says);
    than = List.copyOf(than);
    tasks = List.copyOf(tasks);
  }
}
