package kinetone.metric;

import java.util.Arrays;
import kinetone.common.Check;
import kinetone.media.Audio;

/**
 * librosa's {@code onset_detect(onset_strength(y))} with its defaults (0.11), as AV-Align has it:
 * the flux of a spectrogram of 2048/512 samples and 128 bands, scaled to its own maximum, so that
 * even the faintest clip has onsets unless it is silent.
 */
public final class LibrosaOnsets {
  /** As {@code librosa.load} gives it, Hz. */
  public static final int SAMPLE_RATE = 22_050;

  private static final int WINDOW = 2048;
  private static final int HOP = 512;
  private static final int BANDS = 128;

  /** Frames by which a centred window of that length is late. */
  private static final int LATE = WINDOW / (2 * HOP);

  private static final double TINY = 1.1754943508222875e-38;

  private static final LogMelSpectrogram SPECTROGRAM =
      new LogMelSpectrogram(
          WINDOW / (double) SAMPLE_RATE,
          HOP / (double) SAMPLE_RATE,
          BANDS,
          0,
          SAMPLE_RATE / 2.0,
          80,
          -100);

  /** 30 ms, 100 ms and 30 ms in whole frames, from one frame to the next. */
  private static final PeakPicking PEAKS = new PeakPicking(1, 0, 4, 4, 0.07, 1);

  private LibrosaOnsets() {}

  /** The flux of each frame, in decibels. */
  static double[] strength(Audio audio) {
    double[][] mel = SPECTROGRAM.decibels(audio);
    double[] strength = new double[mel.length];
    for (int n = 1; n + LATE < mel.length; n++) {
      double sum = 0;
      for (int band = 0; band < BANDS; band++) {
        sum += Math.max(0, mel[n][band] - mel[n - 1][band]);
      }
      strength[n + LATE] = sum / BANDS;
    }
    return strength;
  }

  /**
   * Onsets in seconds, ascending.
   *
   * @param audio of {@link #SAMPLE_RATE}; several channels are averaged
   */
  public static double[] onsets(Audio audio) {
    Check.that(
        audio.sampleRate() == SAMPLE_RATE,
        "sample rate %d, librosa's onsets need %d",
        audio.sampleRate(),
        SAMPLE_RATE);
    double[] strength = strength(audio);
    double least = Arrays.stream(strength).min().orElse(0);
    double most = Arrays.stream(strength).max().orElse(0) - least;
    double[] scaled = Arrays.stream(strength).map(v -> (v - least) / (most + TINY)).toArray();
    return Arrays.stream(PEAKS.peaks(scaled, 1))
        .mapToDouble(n -> n * (double) HOP / SAMPLE_RATE)
        .toArray();
  }
}
