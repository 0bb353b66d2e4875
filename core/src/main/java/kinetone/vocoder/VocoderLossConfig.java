package kinetone.vocoder;

import kinetone.common.Check;
import kinetone.latent.loss.SpectralLossConfig;

/**
 * Weights of the losses of a vocoder.
 *
 * @param mel of the mean absolute error of log-mel spectrograms in HiFi-GAN's framing
 * @param spectrum of the multi-resolution spectral loss; 0 leaves it out
 * @param spectral the spectral loss
 * @param adversarial of the game against the discriminators
 * @param features of feature matching
 * @param adversaryFrom step at which the discriminators begin to learn and to be felt; before, the
 *     vocoder learns from spectra alone
 */
public record VocoderLossConfig(
    double mel,
    double spectrum,
    SpectralLossConfig spectral,
    double adversarial,
    double features,
    long adversaryFrom) {
  /** Checks the ranges. */
  public VocoderLossConfig {
    Check.atLeast("mel", mel, 0);
    Check.atLeast("spectrum", spectrum, 0);
    Check.that(spectrum == 0 || spectral != null, "spectral is missing but spectrum > 0");
    Check.atLeast("adversarial", adversarial, 0);
    Check.atLeast("features", features, 0);
    Check.atLeast("adversaryFrom", (double) adversaryFrom, 0);
  }

  /** HiFi-GAN's: 45 mel, 2 feature matching, 1 adversarial, from the first step. */
  public static VocoderLossConfig hiFiGan() {
    return new VocoderLossConfig(45, 0, null, 1, 2, 0);
  }
}
