package kinetone.experiment;

import java.util.List;

/**
 * What an experiment says of a claim.
 *
 * @param claim in words
 * @param outcome of it
 * @param comparisons that it rests on
 */
public record Verdict(String claim, Outcome outcome, List<Comparison> comparisons) {
  /** What can be said. */
  public enum Outcome {
    /** Every comparison is as claimed. */
    SEEN("seen"),
    /** None is as claimed, and one at least is the other way round. */
    NOT_SEEN("not seen"),
    /** Anything else. */
    CANNOT_BE_TOLD("cannot be told at this budget");

    private final String words;

    Outcome(String words) {
      this.words = words;
    }

    /** As people say it. */
    public String words() {
      return words;
    }
  }

  /** The verdict on {@code claim}, from all comparisons it speaks of. */
  static Verdict of(Claim claim, List<Comparison> comparisons) {
    return new Verdict(
        claim.says(),
        switch (claim.relation()) {
          case BETTER -> better(comparisons);
          case NO_WORSE -> noWorse(comparisons);
        },
        comparisons);
  }

  private static Outcome better(List<Comparison> comparisons) {
    if (comparisons.stream().allMatch(Comparison::better)) {
      return Outcome.SEEN;
    }
    return comparisons.stream().noneMatch(Comparison::better)
            && comparisons.stream().anyMatch(Comparison::worse)
        ? Outcome.NOT_SEEN
        : Outcome.CANNOT_BE_TOLD;
  }

  private static Outcome noWorse(List<Comparison> comparisons) {
    if (comparisons.stream().allMatch(Comparison::noWorse)) {
      return Outcome.SEEN;
    }
    return comparisons.stream().anyMatch(one -> one.worse() && !one.noWorse())
        ? Outcome.NOT_SEEN
        : Outcome.CANNOT_BE_TOLD;
  }
}
