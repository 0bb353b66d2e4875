package kinetone.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import kinetone.experiment.Verdict.Outcome;
import kinetone.metric.Bootstrap;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static Comparison comparison(double low, double high, Double... bySeed) {
    return comparison(false, low, high, bySeed);
  }

  private static Comparison comparison(
      boolean atChance, double low, double high, Double... bySeed) {
    return new Comparison(
        "v2a",
        "onset F1",
        "ours",
        "theirs",
        new Bootstrap.Interval((low + high) / 2, low, high),
        List.of(bySeed),
        1,
        atChance);
  }

  private static Outcome better(Comparison... comparisons) {
    return outcome(Claim.Relation.BETTER, comparisons);
  }

  private static Outcome outcome(Claim.Relation relation, Comparison... comparisons) {
    Claim claim = new Claim("a claim", relation, "ours", List.of("theirs"), List.of("v2a"));
    return Verdict.of(claim, List.of(comparisons)).outcome();
  }

  @Test
  void better_is_seen_when_every_comparison_and_every_seed_says_so() {
    Comparison clear = comparison(0.1, 0.3, 0.15, 0.25);
    assertThat(better(clear)).isEqualTo(Outcome.SEEN);
    assertThat(better(clear, comparison(-0.1, 0.3, 0.1, 0.1))).isEqualTo(Outcome.CANNOT_BE_TOLD);
    assertThat(better(comparison(0.1, 0.3, 0.5, -0.1))).isEqualTo(Outcome.CANNOT_BE_TOLD);
    assertThat(better(comparison(-0.3, -0.1, -0.2, -0.2))).isEqualTo(Outcome.NOT_SEEN);
    assertThat(better(comparison(-0.3, -0.1, -0.2, -0.2), comparison(-0.1, 0.1, 0.0, 0.0)))
        .isEqualTo(Outcome.NOT_SEEN);
    assertThat(better(comparison(-0.3, -0.1, -0.2, -0.2), clear)).isEqualTo(Outcome.CANNOT_BE_TOLD);
    assertThat(better(comparison(Double.NaN, Double.NaN, Double.NaN)))
        .isEqualTo(Outcome.CANNOT_BE_TOLD);
  }

  @Test
  void no_worse_allows_a_tenth_of_the_others_figure() {
    assertThat(outcome(Claim.Relation.NO_WORSE, comparison(-0.09, 0.2, 0.1, 0.1)))
        .isEqualTo(Outcome.SEEN);
    assertThat(outcome(Claim.Relation.NO_WORSE, comparison(-0.2, 0.2, 0.1, -0.1)))
        .isEqualTo(Outcome.CANNOT_BE_TOLD);
    assertThat(outcome(Claim.Relation.NO_WORSE, comparison(-0.4, -0.2, -0.3, -0.3)))
        .isEqualTo(Outcome.NOT_SEEN);
    assertThat(outcome(Claim.Relation.NO_WORSE, comparison(-0.08, -0.01, -0.05, -0.05)))
        .isEqualTo(Outcome.SEEN);
  }

  @Test
  void where_both_are_at_chance_a_difference_says_nothing() {
    Comparison clear = comparison(0.1, 0.3, 0.15, 0.25);
    Comparison far = comparison(true, -0.4, -0.2, -0.3, -0.3);
    assertThat(better(far)).isEqualTo(Outcome.CANNOT_BE_TOLD);
    assertThat(better(clear, comparison(true, 0.1, 0.3, 0.15, 0.25)))
        .isEqualTo(Outcome.CANNOT_BE_TOLD);
    assertThat(outcome(Claim.Relation.NO_WORSE, far)).isEqualTo(Outcome.CANNOT_BE_TOLD);
    assertThat(outcome(Claim.Relation.NO_WORSE, comparison(true, -0.01, 0.01, 0.0, 0.0)))
        .isEqualTo(Outcome.CANNOT_BE_TOLD);
  }
}
