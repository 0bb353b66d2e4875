package kinetone.scene;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * Mono sound under construction. Nothing above {@link #limit()} is made, whatever the sample rate;
 * slow curves (levels, pitches) are evaluated every {@value #BLOCK} samples and interpolated.
 */
final class SoundTrack {
  private static final int BLOCK = 32;
  private static final double MINUS_60_DB = Math.log(1e-3);
  private static final double CEILING = 0.89;

  private final double[] samples;
  private final int sampleRate;

  SoundTrack(int length, int sampleRate) {
    samples = new double[length];
    this.sampleRate = sampleRate;
  }

  /** The highest frequency in Hz that is synthesised: nine tenths of Nyquist's. */
  double limit() {
    return 0.45 * sampleRate;
  }

  /**
   * A struck thing.
   *
   * @param time of the contact in seconds
   * @param hertz the first mode's frequency
   * @param level linear amplitude of the sum of modes at the start, about
   * @param random for the noise of the contact
   */
  void strike(double time, double hertz, double level, Modes modes, SplittableRandom random) {
    double sum = 0;
    for (double gain : modes.gains()) {
      sum += gain;
    }
    for (int m = 0; m < modes.ratios().length; m++) {
      mode(time, hertz * modes.ratios()[m], level * modes.gains()[m] / sum, modes.seconds()[m]);
    }
    double centre = Math.min(0.6 * limit(), Math.max(1200, hertz * 4));
    burst(time, centre, level * modes.attack(), modes.attackSeconds(), random);
  }

  /** One decaying sine, by rotating a phasor: no call of sin per sample. */
  private void mode(double time, double hertz, double level, double seconds) {
    if (hertz >= limit()) {
      return;
    }
    double turn = 2 * Math.PI * hertz / sampleRate;
    double shrink = Math.exp(MINUS_60_DB / (seconds * sampleRate));
    double c = shrink * Math.cos(turn);
    double s = shrink * Math.sin(turn);
    int first = first(time);
    double late = first - time * sampleRate;
    double start = level * Math.pow(shrink, late);
    double x = start * Math.cos(turn * late);
    double y = start * Math.sin(turn * late);
    int last = (int) Math.min(samples.length, first + 1.6 * seconds * sampleRate);
    for (int n = first; n < last; n++) {
      samples[n] += y;
      double next = c * x - s * y;
      y = s * x + c * y;
      x = next;
    }
  }

  /** Band-passed noise that starts at once and dies away. */
  private void burst(
      double time, double hertz, double level, double seconds, SplittableRandom random) {
    var filter = Filter.bandPass(Math.min(hertz, 0.9 * limit()), 0.7, sampleRate);
    double shrink = Math.exp(MINUS_60_DB / (seconds * sampleRate));
    double gain = level;
    int first = first(time);
    int last = (int) Math.min(samples.length, first + 1.4 * seconds * sampleRate);
    for (int n = first; n < last; n++) {
      samples[n] += filter.next(gain * (2 * random.nextDouble() - 1));
      gain *= shrink;
    }
  }

  /**
   * Steady noise through a filter.
   *
   * @param level linear amplitude over time in seconds
   */
  void noise(Filter filter, DoubleUnaryOperator level, SplittableRandom random) {
    double gain = level.applyAsDouble(0);
    for (int start = 0; start < samples.length; start += BLOCK) {
      int end = Math.min(samples.length, start + BLOCK);
      double step = (level.applyAsDouble(end / (double) sampleRate) - gain) / (end - start);
      for (int n = start; n < end; n++) {
        samples[n] += gain * filter.next(2 * random.nextDouble() - 1);
        gain += step;
      }
    }
  }

  /**
   * A tone with harmonics whose pitch and level change.
   *
   * @param hertz fundamental over time in seconds
   * @param level linear amplitude over time in seconds
   * @param harmonics amplitudes of the fundamental and the tones above it
   */
  void tone(DoubleUnaryOperator hertz, DoubleUnaryOperator level, double... harmonics) {
    for (int h = 0; h < harmonics.length; h++) {
      double x = 1;
      double y = 0;
      double gain = level.applyAsDouble(0);
      for (int start = 0; start < samples.length; start += BLOCK) {
        int end = Math.min(samples.length, start + BLOCK);
        double pitch = (h + 1) * hertz.applyAsDouble((start + end) / 2.0 / sampleRate);
        double turn = 2 * Math.PI * pitch / sampleRate;
        double c = Math.cos(turn);
        double s = Math.sin(turn);
        double amplitude = pitch < limit() ? harmonics[h] : 0;
        double step = (level.applyAsDouble(end / (double) sampleRate) - gain) / (end - start);
        for (int n = start; n < end; n++) {
          samples[n] += amplitude * gain * y;
          gain += step;
          double next = c * x - s * y;
          y = s * x + c * y;
          x = next;
        }
      }
    }
  }

  /** A copy of {@code length} samples, made quieter where the peak would leave [−0.89, 0.89]. */
  float[] finish() {
    double peak = Arrays.stream(samples).map(Math::abs).max().orElse(0);
    double gain = Math.min(1, CEILING / Math.max(peak, 1e-9));
    float[] result = new float[samples.length];
    for (int n = 0; n < result.length; n++) {
      result[n] = (float) (gain * samples[n]);
    }
    return result;
  }

  int sampleRate() {
    return sampleRate;
  }

  private int first(double time) {
    return (int) Math.max(0, Math.ceil(time * sampleRate));
  }
}
