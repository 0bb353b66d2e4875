package kinetone.media;

import java.util.Locale;
import kinetone.common.KinetoneException;

/**
 * Requires that samples are sound. Full scale is 1; files of floating-point samples may go beyond,
 * which is kept. What is not a number or beyond {@link #LARGEST} (60 dB over full scale) is no loud
 * sound but damage or another unit, such as 16-bit numbers stored as they are: every result made
 * from it would be useless.
 */
public final class SampleCheck {
  /** Largest size of a sample. */
  public static final float LARGEST = 1000;

  private SampleCheck() {}

  /**
   * Checks a whole sound.
   *
   * @param source names it in the error
   * @throws KinetoneException of kind USER when a sample is not finite or too large
   */
  public static Audio require(Object source, Audio audio) {
    require(source, audio.samples(), 0, 0, audio.sampleRate());
    return audio;
  }

  /**
   * Checks samples (channel, sample) from index {@code from} on.
   *
   * @param start number of the sample at index 0 on the sound's own line
   * @param rate Hz
   */
  static void require(Object source, float[][] samples, int from, long start, int rate) {
    for (float[] channel : samples) {
      for (int i = from; i < channel.length; i++) {
        // Written so that what is not a number is refused, too.
        if (!(Math.abs(channel[i]) <= LARGEST)) {
          throw refusal(source, channel[i], (start + i) / (double) rate);
        }
      }
    }
  }

  private static KinetoneException refusal(Object source, float sample, double seconds) {
    String value =
        Float.isNaN(sample) ? "that is not a number" : String.format(Locale.ROOT, "of %g", sample);
    return KinetoneException.user(
        "%s has a sound sample %s at %.3f s, full scale is 1 and at most %.0f is read; scale or"
            + " repair the sound first",
        source, value, Math.max(0, seconds), LARGEST);
  }
}
