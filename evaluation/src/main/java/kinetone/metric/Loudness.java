package kinetone.metric;

import java.util.Arrays;
import kinetone.common.Check;
import kinetone.media.Audio;

/**
 * Integrated loudness in LUFS (ITU-R BS.1770-4): K-weighted power of blocks of 400 ms, three
 * quarters overlapping, without those below −70 LUFS, and then without those 10 LU below the mean
 * of the rest. Filters of any sample rate are made from the analogue ones (De Man 2014), which
 * gives the standard's own coefficients at 48 kHz; equal to pyloudnorm with the filter class
 * "DeMan".
 */
public final class Loudness {
  private static final double BLOCK_SECONDS = 0.4;
  private static final double STEP = 0.25;
  private static final double OFFSET = -0.691;
  private static final double ABSOLUTE_GATE = -70;
  private static final double RELATIVE_GATE = 10;

  private Loudness() {}

  /** b₀ ... b₂ over a₀ ... a₂ with a₀ = 1. */
  record Biquad(double b0, double b1, double b2, double a1, double a2) {
    private static final double SHELF_HZ = 1681.974450955532;
    private static final double SHELF_DB = 3.99984385397;
    private static final double SHELF_Q = 0.7071752369554193;
    private static final double PASS_HZ = 38.13547087613982;
    private static final double PASS_Q = 0.5003270373253953;

    /** The head: more of high frequencies. */
    static Biquad shelf(int rate) {
      double k = Math.tan(Math.PI * SHELF_HZ / rate);
      double high = Math.pow(10, SHELF_DB / 20);
      double band = Math.pow(high, 0.499666774155);
      double a0 = 1 + k / SHELF_Q + k * k;
      return new Biquad(
          (high + band * k / SHELF_Q + k * k) / a0,
          2 * (k * k - high) / a0,
          (high - band * k / SHELF_Q + k * k) / a0,
          2 * (k * k - 1) / a0,
          (1 - k / SHELF_Q + k * k) / a0);
    }

    /** Less of very low ones. */
    static Biquad pass(int rate) {
      double k = Math.tan(Math.PI * PASS_HZ / rate);
      double a0 = 1 + k / PASS_Q + k * k;
      return new Biquad(1, -2, 1, 2 * (k * k - 1) / a0, (1 - k / PASS_Q + k * k) / a0);
    }

    double[] filter(double[] signal) {
      double[] filtered = new double[signal.length];
      double s1 = 0;
      double s2 = 0;
      for (int n = 0; n < signal.length; n++) {
        double x = signal[n];
        double y = b0 * x + s1;
        s1 = b1 * x - a1 * y + s2;
        s2 = b2 * x - a2 * y;
        filtered[n] = y;
      }
      return filtered;
    }
  }

  /**
   * The loudness of a sound of one or two channels.
   *
   * @return LUFS; −∞ when nothing in it is louder than −70 LUFS, not a number when it is shorter
   *     than a block of 0.4 seconds
   */
  public static double lufs(Audio audio) {
    Check.that(
        audio.channels() <= 2,
        "loudness of %d channels depends on where they stand; mix them to two",
        audio.channels());
    int rate = audio.sampleRate();
    double seconds = audio.seconds();
    if (seconds < BLOCK_SECONDS) {
      return Double.NaN;
    }
    int blocks = (int) Math.rint((seconds - BLOCK_SECONDS) / (BLOCK_SECONDS * STEP)) + 1;
    double[] power = new double[blocks];
    for (float[] channel : audio.samples()) {
      double[] weighted = Biquad.pass(rate).filter(Biquad.shelf(rate).filter(wide(channel)));
      for (int block = 0; block < blocks; block++) {
        int begin = (int) (BLOCK_SECONDS * (block * STEP) * rate);
        int end = Math.min(weighted.length, (int) (BLOCK_SECONDS * (block * STEP + 1) * rate));
        for (int n = begin; n < end; n++) {
          power[block] += weighted[n] * weighted[n] / (BLOCK_SECONDS * rate);
        }
      }
    }
    double[] audible = Arrays.stream(power).filter(p -> level(p) >= ABSOLUTE_GATE).toArray();
    double gate = level(Arrays.stream(audible).average().orElse(0)) - RELATIVE_GATE;
    return level(Arrays.stream(audible).filter(p -> level(p) > gate).average().orElse(0));
  }

  private static double level(double power) {
    return OFFSET + 10 * Math.log10(power);
  }

  private static double[] wide(float[] samples) {
    double[] wide = new double[samples.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = samples[i];
    }
    return wide;
  }
}
