package kinetone.pipeline;

/** Hears how far generation is. Called on the generating thread. */
@FunctionalInterface
public interface ProgressListener {
  /** Hears nothing. */
  ProgressListener NONE = (phase, step, steps) -> {};

  /**
   * Something advanced.
   *
   * @param phase "encode", "sample" or "decode"
   * @param step done so far, from 0 to {@code steps}
   */
  void progress(String phase, int step, int steps);
}
