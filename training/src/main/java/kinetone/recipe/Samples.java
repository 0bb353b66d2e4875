package kinetone.recipe;

import kinetone.common.Check;

/**
 * Pictures of what a network makes while it is trained.
 *
 * @param every steps between them
 * @param count clips in each, always from the same seeds
 * @param steps denoising steps; only denoisers have them
 */
public record Samples(int every, int count, Integer steps) {
  private static final int MOST = 16;

  /** Checks the ranges. */
  public Samples {
    Check.atLeast("samples.every", every, 1);
    Check.within("samples.count", count, 1, MOST);
    if (steps != null) {
      Check.within("samples.steps", steps, 1, 1000);
    }
  }

  /** Requires {@code samples}, if there are any, to say how to denoise. */
  static void requireSteps(Samples samples) {
    Check.that(samples == null || samples.steps() != null, "samples.steps is missing");
  }

  /** Requires {@code samples} of a codec, if there are any, not to speak of denoising. */
  static void requireNoSteps(Samples samples) {
    Check.that(
        samples == null || samples.steps() == null,
        "samples.steps = %s, but a codec has no denoising steps; leave it out",
        samples == null ? null : samples.steps());
  }

  /** Steps between the pictures of {@code samples}; 0 where there are none. */
  static int interval(Samples samples) {
    return samples == null ? 0 : samples.every();
  }
}
