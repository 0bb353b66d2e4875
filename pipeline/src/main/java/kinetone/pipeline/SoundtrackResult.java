package kinetone.pipeline;

import java.util.stream.LongStream;

/**
 * What was made of a video of any length; the sound itself went into the sink.
 *
 * @param windows how many the sound was made in
 * @param samples of the whole sound
 * @param sampleRate Hz
 * @param firstJoin seconds at which the second window takes over from the first
 * @param joinSpacing seconds from one such instant to the next
 * @param seed of the noise
 * @param seconds it took
 */
public record SoundtrackResult(
    long windows,
    long samples,
    int sampleRate,
    double firstJoin,
    double joinSpacing,
    long seed,
    double seconds) {
  /** Length of the sound in seconds. */
  public double soundSeconds() {
    return samples / (double) sampleRate;
  }

  /**
   * The instants in seconds at which one window takes over from another; one fewer than windows.
   */
  public double[] joins() {
    return LongStream.range(0, windows - 1).mapToDouble(i -> firstJoin + i * joinSpacing).toArray();
  }
}
