package kinetone.media;

import kinetone.common.Check;

/**
 * Sound at a constant sample rate.
 *
 * @param samples one array per channel, equally long, nominally in [−1, 1]; not copied, treat as
 *     read-only
 * @param sampleRate Hz
 */
public record Audio(float[][] samples, int sampleRate) {
  /** Checks that there is at least one channel and that all are equally long. */
  public Audio {
    Check.atLeast("audio channels", samples.length, 1);
    Check.atLeast("sample rate", sampleRate, 1);
    for (float[] channel : samples) {
      Check.that(
          channel.length == samples[0].length,
          "audio channels have %d and %d samples",
          samples[0].length,
          channel.length);
    }
  }

  /** One channel. */
  public static Audio mono(float[] samples, int sampleRate) {
    return new Audio(new float[][] {samples}, sampleRate);
  }

  /** Number of channels. */
  public int channels() {
    return samples.length;
  }

  /** Samples per channel. */
  public int length() {
    return samples[0].length;
  }

  /** Length in seconds. */
  public double seconds() {
    return length() / (double) sampleRate;
  }

  /** The mean of all channels. */
  public Audio toMono() {
    if (channels() == 1) {
      return this;
    }
    float[] mixed = new float[length()];
    for (float[] channel : samples) {
      for (int i = 0; i < mixed.length; i++) {
        mixed[i] += channel[i] / channels();
      }
    }
    return mono(mixed, sampleRate);
  }
}
