package kinetone.metric;

import java.util.Arrays;
import kinetone.media.Audio;

/**
 * Instants at which something begins to sound: peaks of the spectral flux of a mel spectrogram in
 * decibels (librosa's {@code onset_strength} with lag 1 and no maximum filter).
 *
 * <pre>
 *   o(n) = mean over bands of max(0, S(n, band) − S(n − 1, band))        dB
 * </pre>
 *
 * <p>Deviation from librosa's {@code onset_detect}: the curve is not scaled to its own maximum
 * before peaks are picked, because a clip without onsets must give none. A window notices an onset
 * before its centre reaches it; the times are corrected by {@code delaySeconds}.
 *
 * @param spectrogram what the flux is taken of
 * @param peaks how peaks are picked; its threshold is in decibels per hop
 * @param delaySeconds added to the time of every peak, in seconds
 */
public record OnsetDetector(LogMelSpectrogram spectrogram, PeakPicking peaks, double delaySeconds) {
  /** For sparse impacts: 10 ms hop, 32 ms window, at least 0.1 s between onsets. */
  public static OnsetDetector standard() {
    return new OnsetDetector(
        new LogMelSpectrogram(0.032, 0.01, 64, 30, 11_000, 50, -50),
        new PeakPicking(0.05, 0.05, 0.1, 0.1, 3, 0.1),
        0.005);
  }

  /** Onset times in seconds, ascending; the first window is too early for any. */
  public double[] onsets(Audio audio) {
    int hop = spectrogram.hop(audio.sampleRate());
    double rate = audio.sampleRate() / (double) hop;
    double[] flux = strength(audio);
    // What sounds from the very start rises out of the zeros before it, which is no onset.
    int padded = 1 + spectrogram.transformLength(audio.sampleRate()) / 2 / hop;
    Arrays.fill(flux, 0, Math.min(flux.length, padded + 1), 0);
    int[] found = peaks.peaks(flux, rate);
    return Arrays.stream(found).mapToDouble(n -> n / rate + delaySeconds).toArray();
  }

  /** The flux in decibels for each hop, starting at time 0, where it is 0. */
  public double[] strength(Audio audio) {
    double[][] mel = spectrogram.decibels(audio);
    double[] flux = new double[mel.length];
    for (int n = 1; n < mel.length; n++) {
      for (int band = 0; band < mel[n].length; band++) {
        flux[n] += Math.max(0, mel[n][band] - mel[n - 1][band]) / mel[n].length;
      }
    }
    return flux;
  }
}
