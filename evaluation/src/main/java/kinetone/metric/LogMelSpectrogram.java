package kinetone.metric;

import kinetone.common.Check;
import kinetone.media.Audio;
import kinetone.mel.MelFilterBank;
import kinetone.mel.MelScale;

/**
 * Mel spectrogram in decibels, as librosa 0.11 computes it: Hann window, frames centred on
 * multiples of the hop with zeros beyond the ends, power spectrum, Slaney's mel scale and
 * area-normalised triangles, then 10 log₁₀ with a floor.
 *
 * <pre>
 *   dB = max(10 log₁₀ power, floor, loudest − range)
 * </pre>
 *
 * <p>The hop and the window are rounded to samples; the transform's length is the next power of two
 * (librosa's n_fft, with the window centred in it).
 *
 * @param windowSeconds length of the window in seconds
 * @param hopSeconds distance between frames in seconds
 * @param bands number of mel bands
 * @param lowHertz lower edge of the lowest band
 * @param highHertz upper edge of the highest band; half the sample rate where that is lower
 * @param rangeDb how far below the loudest value of the clip values are kept, may be infinite
 * @param floorDb lowest value
 */
public record LogMelSpectrogram(
    double windowSeconds,
    double hopSeconds,
    int bands,
    double lowHertz,
    double highHertz,
    double rangeDb,
    double floorDb) {
  /** Checks the ranges. */
  public LogMelSpectrogram {
    Check.atLeast("mel window seconds", windowSeconds, 1e-4);
    Check.atLeast("mel hop seconds", hopSeconds, 1e-4);
    Check.atLeast("mel bands", bands, 1);
    Check.atLeast("lowest mel frequency", lowHertz, 0);
    Check.that(highHertz > lowHertz, "mel bands from %s to %s Hz are empty", lowHertz, highHertz);
    Check.that(rangeDb > 0, "mel range = %s dB, must be positive", rangeDb);
  }

  /** Distance between frames in samples. */
  public int hop(int sampleRate) {
    return Math.max(1, (int) Math.round(hopSeconds * sampleRate));
  }

  /** Length of the transform in samples. */
  public int transformLength(int sampleRate) {
    int window = window(sampleRate);
    int highest = Integer.highestOneBit(window);
    return highest == window ? window : 2 * highest;
  }

  private int window(int sampleRate) {
    return Math.max(2, (int) Math.round(windowSeconds * sampleRate));
  }

  /** Frames of bands in decibels (1 + length / hop, bands); several channels are averaged. */
  public double[][] decibels(Audio audio) {
    float[] samples = audio.toMono().samples()[0];
    int rate = audio.sampleRate();
    int hop = hop(rate);
    int size = transformLength(rate);
    double[] window = hann(window(rate), size);
    double[][] weights = weights(rate, size);
    var fourier = new Fourier(size);
    double[][] result = new double[1 + samples.length / hop][bands];
    double loudest = Double.NEGATIVE_INFINITY;
    double[] re = new double[size];
    double[] im = new double[size];
    double[] power = new double[size / 2 + 1];
    for (int frame = 0; frame < result.length; frame++) {
      int start = frame * hop - size / 2;
      for (int i = 0; i < size; i++) {
        int n = start + i;
        re[i] = n >= 0 && n < samples.length ? window[i] * samples[n] : 0;
        im[i] = 0;
      }
      fourier.transform(re, im);
      for (int k = 0; k < power.length; k++) {
        power[k] = re[k] * re[k] + im[k] * im[k];
      }
      for (int band = 0; band < bands; band++) {
        double sum = 0;
        for (int k = 0; k < power.length; k++) {
          sum += weights[band][k] * power[k];
        }
        result[frame][band] = Math.max(floorDb, 10 * Math.log10(Math.max(sum, 1e-30)));
        loudest = Math.max(loudest, result[frame][band]);
      }
    }
    for (double[] frame : result) {
      for (int band = 0; band < bands; band++) {
        frame[band] = Math.max(frame[band], loudest - rangeDb);
      }
    }
    return result;
  }

  private static double[] hann(int length, int size) {
    double[] window = new double[size];
    int left = (size - length) / 2;
    for (int i = 0; i < length; i++) {
      window[left + i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / length);
    }
    return window;
  }

  private double[][] weights(int rate, int size) {
    double high = Math.min(highHertz, rate / 2.0);
    return new MelFilterBank(
            rate, size, bands, lowHertz, high, MelScale.SLANEY, MelFilterBank.Norm.AREA)
        .weights();
  }
}
