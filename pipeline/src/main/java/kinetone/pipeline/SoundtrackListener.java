package kinetone.pipeline;

/** Hears how far the sound of a long video is. Called on the generating thread. */
@FunctionalInterface
public interface SoundtrackListener {
  /** Hears nothing. */
  SoundtrackListener NONE = (window, windows, phase, step, steps) -> {};

  /**
   * Something advanced.
   *
   * @param window the present one, from 0
   * @param windows how many there will be, as far as the headers of the video are right
   * @param phase "encode", "sample" or "decode" of this window
   * @param step done so far in this phase, from 0 to {@code steps}
   */
  void progress(long window, long windows, String phase, int step, int steps);
}
