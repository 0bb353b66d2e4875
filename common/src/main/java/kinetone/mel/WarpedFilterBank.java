package kinetone.mel;

import kinetone.common.Check;

/**
 * Triangular filters whose sides are straight on HTK's mel scale, where those of {@link
 * MelFilterBank} are straight in hertz; peak 1, and the bin of 0 Hz counts nowhere (AudioSet's
 * {@code mel_features.py}, which VGGish hears through).
 *
 * @param sampleRate Hz
 * @param fftLength samples
 * @param bands number of filters
 * @param minHertz lower edge of the first filter
 * @param maxHertz upper edge of the last filter, at most half the sample rate
 */
public record WarpedFilterBank(
    int sampleRate, int fftLength, int bands, double minHertz, double maxHertz) {
  /** Checks the ranges. */
  public WarpedFilterBank {
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

  /** Frequency bins of the spectrum, fftLength / 2 + 1. */
  public int bins() {
    return fftLength / 2 + 1;
  }

  /** The weights (bands, bins). */
  public double[][] weights() {
    double low = MelScale.HTK.toMel(minHertz);
    double step = (MelScale.HTK.toMel(maxHertz) - low) / (bands + 1);
    double[][] weights = new double[bands][bins()];
    for (int band = 0; band < bands; band++) {
      for (int bin = 1; bin < bins(); bin++) {
        double mel = MelScale.HTK.toMel((double) bin * sampleRate / fftLength);
        double rise = (mel - low) / step - band;
        weights[band][bin] = Math.max(0, Math.min(rise, 2 - rise));
      }
    }
    return weights;
  }
}
