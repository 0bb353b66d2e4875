package kinetone.diffusion.loss;

/** Which positions a loss counts. */
public enum Counted {
  /** All of them (MoNL). */
  ALL,
  /** Those with a noise level above 0: task-specific training does not count the condition. */
  NOISY
}
