package kinetone.recipe;

import kinetone.common.Check;
import kinetone.feature.cavp.CavpConfig;
import kinetone.media.ClipFormat;
import kinetone.spectral.MelFilterBank;
import kinetone.spectral.MelScale;
import kinetone.spectral.MelSpectrogramConfig;
import kinetone.spectral.StftConfig;

/**
 * The mel spectrogram that CAVP hears. Its hop follows from the clips: so many frames per picture
 * as the network pools.
 *
 * @param fftLength samples per transform
 * @param minHertz lower edge of the filters
 * @param maxHertz upper edge of the filters
 */
public record CavpMelConfig(int fftLength, double minHertz, double maxHertz) {
  /** The spectrogram of magnitudes for {@code model} on clips of {@code format}. */
  MelSpectrogramConfig config(CavpConfig model, ClipFormat format) {
    double perSecond = format.framesPerSecond() * model.sound().framesPerFeature();
    int hop = (int) Math.round(format.sampleRate() / perSecond);
    Check.that(
        Math.abs(hop * perSecond - format.sampleRate()) < 1e-6,
        "sampleRate = %d does not divide into %s mel frames per second",
        format.sampleRate(),
        perSecond);
    return new MelSpectrogramConfig(
        StftConfig.of(fftLength, hop),
        new MelFilterBank(
            format.sampleRate(),
            fftLength,
            model.sound().bands(),
            minHertz,
            maxHertz,
            MelScale.SLANEY,
            MelFilterBank.Norm.AREA),
        1);
  }
}
