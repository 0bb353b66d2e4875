package kinetone.metric;

import kinetone.common.Check;

/**
 * Align-Acc (Luo et al. 2023): the share of clips whose sound and picture a classifier holds for
 * aligned, round(p) = 1. The protocol: clean latents at timestep 0, every pair is claimed to be
 * true. A figure means something only beside that of real clips under the same classifier.
 *
 * @param aligned number of clips with p above one half
 * @param total number of clips
 */
public record AlignAccuracy(long aligned, long total) {
  /** Nothing counted yet. */
  public static final AlignAccuracy NONE = new AlignAccuracy(0, 0);

  /** Checks that the counts are possible. */
  public AlignAccuracy {
    Check.that(
        aligned >= 0 && aligned <= total, "%d of %d clips cannot be aligned", aligned, total);
  }

  /** Counts clips by the probabilities that a classifier gives them. */
  public static AlignAccuracy of(float... probabilities) {
    int aligned = 0;
    for (float p : probabilities) {
      Check.within("probability", p, 0, 1);
      // Ties round to even as in the reference, which is zero.
      aligned += p > 0.5f ? 1 : 0;
    }
    return new AlignAccuracy(aligned, probabilities.length);
  }

  /** The counts of both. */
  public AlignAccuracy plus(AlignAccuracy other) {
    return new AlignAccuracy(aligned + other.aligned, total + other.total);
  }

  /** The share, from 0 to 1; not a number when nothing was counted. */
  public double share() {
    return aligned / (double) total;
  }
}
