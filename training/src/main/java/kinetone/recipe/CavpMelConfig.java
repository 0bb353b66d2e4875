package kinetone.recipe;

import kinetone.common.Check;
import kinetone.feature.cavp.CavpConfig;
import kinetone.media.ClipFormat;
import kinetone.mel.MelFilterBank;
import kinetone.mel.MelScale;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.spectral.MelSpectrogramConfig;
import kinetone.spectral.StftConfig;
import kinetone.spectral.WaveformNormalisation;

/**
 * The mel spectrogram that CAVP hears. Its hop follows from the clips: so many frames per picture
 * as the network pools.
 *
 * @param fftLength samples per transform
 * @param minHertz lower edge of the filters
 * @param maxHertz upper edge of the filters
 */
public record CavpMelConfig(int fftLength, double minHertz, double maxHertz) {
  /**
   * The front end for {@code model} on clips of {@code format}: decibels in [0, 1] as Diff-Foley's.
   */
  MelFrontEndConfig config(CavpConfig model, ClipFormat format) {
    double perSecond = format.framesPerSecond() * model.sound().framesPerFeature();
    int hop = (int) Math.round(format.sampleRate() / perSecond);
    Check.that(
        Math.abs(hop * perSecond - format.sampleRate()) < 1e-6,
        "sampleRate = %d does not divide into %s mel frames per second",
        format.sampleRate(),
        perSecond);
    return new MelFrontEndConfig(
        WaveformNormalisation.NONE,
        new MelSpectrogramConfig(
            StftConfig.of(fftLength, hop),
            new MelFilterBank(
                format.sampleRate(),
                fftLength,
                model.sound().bands(),
                minHertz,
                maxHertz,
                MelScale.SLANEY,
                MelFilterBank.Norm.AREA),
            1),
        0,
        MelFrontEndConfig.DIFF_FOLEY.log(),
        MelFrontEndConfig.Ending.ALL_FRAMES);
  }
}
