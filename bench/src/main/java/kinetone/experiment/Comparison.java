package kinetone.experiment;

import java.util.List;
import kinetone.metric.Bootstrap;

/**
 * By how much one variant is better than another in one figure of one task: the mean over seeds,
 * with the 95 % interval over scenes, which are drawn the same for both and for all seeds.
 *
 * @param task its name
 * @param quantity its name
 * @param variant said to be better
 * @param other that it is compared with
 * @param advantage above 0 where the variant is better
 * @param bySeed the advantage of each pair of trainings of one seed
 * @param scale the other's figure, which says what is little
 * @param atChance whether neither is better than chance, so that their difference says nothing
 */
public record Comparison(
    String task,
    String quantity,
    String variant,
    String other,
    Bootstrap.Interval advantage,
    List<Double> bySeed,
    double scale,
    boolean atChance) {
  private static final double LITTLE = 0.1;

  /** Whether the variant is better in every draw that counts, and with every seed. */
  boolean better() {
    return !atChance && advantage.low() > 0 && bySeed.stream().allMatch(one -> one > 0);
  }

  /** Whether the other is. */
  boolean worse() {
    return !atChance && advantage.high() < 0 && bySeed.stream().allMatch(one -> one < 0);
  }

  /** Whether the variant is at most a little worse. */
  boolean noWorse() {
    return !atChance && advantage.low() > -LITTLE * Math.abs(scale);
  }
}
