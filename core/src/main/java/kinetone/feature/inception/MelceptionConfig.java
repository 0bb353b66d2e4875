package kinetone.feature.inception;

import java.util.List;
import kinetone.common.Check;

/**
 * SpecVQGAN's Melception: an {@link InceptionV3} that sees spectrograms, each band less its mean
 * over what it was trained on, divided by its deviation.
 *
 * @param network its form
 * @param means of each band of {@link kinetone.spectral.MelFrontEndConfig#SPEC_VQGAN}
 * @param deviations of each band
 */
public record MelceptionConfig(
    InceptionConfig network, List<Double> means, List<Double> deviations) {
  /** Mel bands. */
  public static final int BANDS = 80;

  /** Checks that there is a pair of numbers for each band. */
  public MelceptionConfig {
    Check.that(network != null, "network is missing");
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
    Check.that(
        means.size() == BANDS && deviations.size() == BANDS,
        "%d means and %d deviations, must be %d of each",
        means.size(),
        deviations.size(),
        BANDS);
    means.forEach(mean -> Check.that(Double.isFinite(mean), "a mean is %s", mean));
    deviations.forEach(
        deviation ->
            Check.that(
                deviation > 0 && Double.isFinite(deviation),
                "a deviation is %s, must be positive",
                deviation));
  }
}
