package kinetone.metric;

import kinetone.common.Check;
import kinetone.media.Audio;

/**
 * Mean absolute difference in decibels of two mel spectrograms, over frames and bands: 0 for equal
 * sounds, about 6 for a sound and the same at half the amplitude.
 *
 * @param spectrogram what is compared; its range should be infinite, so that the loudest value of
 *     one sound does not change what of it counts
 */
public record LogMelDistance(LogMelSpectrogram spectrogram) {
  /** 64 bands, 32 ms window, 10 ms hop, floor −50 dB (75 dB below a sine of full scale). */
  public static LogMelDistance standard() {
    double all = Double.POSITIVE_INFINITY;
    return new LogMelDistance(new LogMelSpectrogram(0.032, 0.01, 64, 30, 11_000, all, -50));
  }

  /** The distance in decibels; both sounds must have the same rate and length. */
  public double decibels(Audio reference, Audio audio) {
    Check.that(
        reference.sampleRate() == audio.sampleRate() && reference.length() == audio.length(),
        "sounds of %d samples at %d Hz and %d samples at %d Hz cannot be compared",
        reference.length(),
        reference.sampleRate(),
        audio.length(),
        audio.sampleRate());
    double[][] a = spectrogram.decibels(reference);
    double[][] b = spectrogram.decibels(audio);
    double sum = 0;
    for (int n = 0; n < a.length; n++) {
      for (int band = 0; band < a[n].length; band++) {
        sum += Math.abs(a[n][band] - b[n][band]);
      }
    }
    return sum / ((double) a.length * spectrogram.bands());
  }
}
