package kinetone.train;

import kinetone.common.Check;

/**
 * The factor on the peak learning rate: linear warm-up, then constant or half a cosine (Loshchilov,
 * Hutter 2017, arXiv 1608.03983, eq. 5 without restarts).
 *
 * @param shape after the warm-up; constant unless given
 * @param warmupSteps steps of linear rise; step n of them has the factor (n + 1) / warmupSteps; 0
 *     unless given
 * @param finalFraction where the cosine ends, as a fraction of the peak; 0 unless given
 */
public record LearningRate(Shape shape, Integer warmupSteps, Double finalFraction) {
  /** The course after the warm-up. */
  public enum Shape {
    /** Stays at the peak. */
    CONSTANT,
    /** Falls to {@code finalFraction} at the last step. */
    COSINE
  }

  /** Fills in what is absent and checks the rest. */
  public LearningRate {
    shape = shape == null ? Shape.CONSTANT : shape;
    warmupSteps = Check.atLeast("warmupSteps", warmupSteps == null ? 0 : warmupSteps, 0);
    finalFraction =
        Check.within("finalFraction", finalFraction == null ? 0.0 : finalFraction, 0, 1);
  }

  /** Constant after a warm-up. */
  public static LearningRate constant(int warmupSteps) {
    return new LearningRate(Shape.CONSTANT, warmupSteps, null);
  }

  /** Half a cosine after a warm-up. */
  public static LearningRate cosine(int warmupSteps, double finalFraction) {
    return new LearningRate(Shape.COSINE, warmupSteps, finalFraction);
  }

  /** The factor in [0, 1] for {@code step} (from 0) of {@code steps}. */
  public double factor(long step, long steps) {
    if (step < warmupSteps) {
      return (step + 1.0) / warmupSteps;
    }
    return switch (shape) {
      case CONSTANT -> 1;
      case COSINE -> {
        double done = (double) (step - warmupSteps) / Math.max(1, steps - 1 - warmupSteps);
        double cosine = (1 + Math.cos(Math.PI * Math.min(1, done))) / 2;
        yield finalFraction + (1 - finalFraction) * cosine;
      }
    };
  }
}
