package kinetone.mel;

import kinetone.common.Check;

/**
 * Triangular filters on the mel scale, as {@code librosa.filters.mel}.
 *
 * @param sampleRate Hz
 * @param fftLength samples
 * @param bands number of filters
 * @param minHertz lower edge of the first filter
 * @param maxHertz upper edge of the last filter, at most half the sample rate
 * @param scale the scale on which the filters are equally spaced
 * @param norm how the filters are scaled
 */
public record MelFilterBank(
    int sampleRate,
    int fftLength,
    int bands,
    double minHertz,
    double maxHertz,
    MelScale scale,
    Norm norm) {
  /** The height of a filter. */
  public enum Norm {
    /** Unit area: 2 / (upper edge − lower edge), in 1/Hz. */
    AREA,
    /** Peak 1. */
    PEAK
  }

  /** Checks the ranges. */
  public MelFilterBank {
    Check.atLeast("sampleRate", sampleRate, 1);
    Check.atLeast("fftLength", fftLength, 2);
    Check.atLeast("mel bands", bands, 1);
    Check.within("maxHertz", maxHertz, 0, sampleRate / 2.0);
    Check.that(
        minHertz >= 0 && minHertz < maxHertz,
        "minHertz = %s, must be at least 0 and below maxHertz = %s",
        minHertz,
        maxHertz);
  }

  /** librosa's defaults: Slaney scale, unit area, 0 Hz to half the sample rate. */
  public static MelFilterBank slaney(int sampleRate, int fftLength, int bands) {
    return new MelFilterBank(
        sampleRate, fftLength, bands, 0, sampleRate / 2.0, MelScale.SLANEY, Norm.AREA);
  }

  /** Frequency bins of the spectrum, fftLength / 2 + 1. */
  public int bins() {
    return fftLength / 2 + 1;
  }

  /** The weights (bands, bins). */
  public double[][] weights() {
    double low = scale.toMel(minHertz);
    double step = (scale.toMel(maxHertz) - low) / (bands + 1);
    double[][] weights = new double[bands][bins()];
    for (int band = 0; band < bands; band++) {
      double left = scale.toHertz(low + step * band);
      double centre = scale.toHertz(low + step * (band + 1));
      double right = scale.toHertz(low + step * (band + 2));
      double height = norm == Norm.AREA ? 2 / (right - left) : 1;
      for (int bin = 0; bin < bins(); bin++) {
        double hertz = (double) bin * sampleRate / fftLength;
        double rise = (hertz - left) / (centre - left);
        double fall = (right - hertz) / (right - centre);
        weights[band][bin] = height * Math.max(0, Math.min(rise, fall));
      }
    }
    return weights;
  }
}
