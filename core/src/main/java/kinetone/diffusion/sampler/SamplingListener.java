package kinetone.diffusion.sampler;

/** Told about progress between the steps of a sampler. */
@FunctionalInterface
public interface SamplingListener {
  /** Listens to nothing. */
  SamplingListener NONE = (step, steps) -> {};

  /**
   * Called before each step and once after the last.
   *
   * @param step steps done, 0 to {@code steps}
   * @param steps how many there are
   * @throws java.util.concurrent.CancellationException to end sampling; it passes through to the
   *     caller of the sampler and all memory is freed
   */
  void progress(int step, int steps);
}
