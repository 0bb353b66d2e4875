package kinetone.media;

/** Takes sound piece by piece, from front to back. */
@FunctionalInterface
public interface SoundSink {
  /**
   * Takes the samples that follow on those before.
   *
   * @param samples (channel, sample), nominally in [−1, 1]; handed over, not to be changed again
   */
  void write(float[][] samples);
}
