package kinetone.pipeline;

/**
 * How a system makes one sound out of windows. Systems that can be given the sound they made before
 * continue it; the others make each window by itself and are crossfaded ({@link
 * CrossfadedWindows}).
 */
public interface WindowedSound extends AutoCloseable {
  /** Where the windows lie. */
  WindowGrid grid();

  /** Seconds at which window {@code w} ≥ 1 takes over from the one before. */
  double join(long w);

  /**
   * Makes the sound of the next window.
   *
   * @param given pictures of the window, in the model's format
   * @param window its number, 0, 1, 2, ...
   * @param last whether no window follows
   * @return the samples that are final now: those that follow on what was returned before, and with
   *     the last window all to its end
   */
  float[] next(
      Given given, long window, boolean last, ProgressListener listener, Cancellation cancellation);

  @Override
  void close();
}
