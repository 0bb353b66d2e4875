package kinetone.latent.kl;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import kinetone.common.Check;
import kinetone.latent.Regularisation;

/**
 * The shape of an {@link AutoencoderKl}. Level 0 has the resolution of the signal, each next level
 * half of it in both axes.
 *
 * @param signalChannels channels of the signal: 3 of pictures, 1 of a spectrogram
 * @param widths channels of each level, level 0 first
 * @param blocks residual blocks per level of the encoder; the decoder has one more
 * @param midAttention whether all positions of the coarsest level attend to each other
 * @param groups of every normalisation; divides all widths
 * @param latentChannels C
 * @param signalMean what the network takes for zero: it sees (x − signalMean) / signalDeviation
 * @param signalDeviation what the network takes for one
 * @param regularisation of the latent
 * @param patch edge of the squares of the signal that are channels to level 0, which makes small
 *     networks cheap; absent in public models: 1
 */
public record AutoencoderKlConfig(
    int signalChannels,
    List<Integer> widths,
    int blocks,
    boolean midAttention,
    int groups,
    int latentChannels,
    double signalMean,
    double signalDeviation,
    Regularisation regularisation,
    @JsonInclude(JsonInclude.Include.NON_NULL) Integer patch) {
  /**
   * Stable Diffusion's: pictures, 8 × 8 pixels per latent, 83,653,863 parameters (Rombach et al.
   * 2022; weights {@code sd-vae-ft-mse} and {@code -ema}).
   */
  public static final AutoencoderKlConfig SD =
      new AutoencoderKlConfig(
          3, List.of(128, 256, 512, 512), 2, true, 32, 4, 0, 1, Regularisation.kl(1e-6));

  /**
   * AudioLDM's: spectrograms of 64 mel bands, 4 frames × 4 bands per latent, 55,376,873 parameters
   * (Liu et al. 2023). Its loss weighs the mean divergence of a latent element by 1000 against the
   * summed error of the signal, which for 1024 × 64 elements is 1000 / 32768 in our scale.
   */
  public static final AutoencoderKlConfig AUDIOLDM =
      new AutoencoderKlConfig(
          1, List.of(128, 256, 512), 2, true, 32, 8, 0, 1, Regularisation.kl(1000.0 / 32768));

  /**
   * For log-mel spectrograms of sounding scenes, trained on two processor cores: AudioLDM's latents
   * with 1.3 M parameters. No attention, so that a network trained on short pieces means the same
   * on long ones.
   */
  public static final AutoencoderKlConfig TINY_MEL =
      new AutoencoderKlConfig(
          1, List.of(16, 32, 96), 1, false, 8, 8, -6, 3, Regularisation.noise(1e-3, 0.03));

  /** Checks the ranges. */
  public AutoencoderKlConfig {
    Check.atLeast("signalChannels", signalChannels, 1);
    Check.that(widths != null && !widths.isEmpty(), "widths has no levels; give at least one");
    widths = List.copyOf(widths);
    Check.atLeast("blocks", blocks, 1);
    Check.atLeast("groups", groups, 1);
    for (int width : widths) {
      Check.atLeast("widths", width, 1);
      Check.divisible("widths", width, "groups", groups);
    }
    Check.atLeast("latentChannels", latentChannels, 1);
    Check.that(Double.isFinite(signalMean), "signalMean = %s, must be finite", signalMean);
    Check.that(
        signalDeviation > 0 && Double.isFinite(signalDeviation),
        "signalDeviation = %s, must be positive",
        signalDeviation);
    Check.that(regularisation != null, "regularisation is missing");
    if (patch != null) {
      Check.within("patch", patch, 1, 16);
    }
  }

  /** A network whose level 0 has the resolution of the signal, as all public ones. */
  public AutoencoderKlConfig(
      int signalChannels,
      List<Integer> widths,
      int blocks,
      boolean midAttention,
      int groups,
      int latentChannels,
      double signalMean,
      double signalDeviation,
      Regularisation regularisation) {
    this(
        signalChannels,
        widths,
        blocks,
        midAttention,
        groups,
        latentChannels,
        signalMean,
        signalDeviation,
        regularisation,
        null);
  }

  /** Edge of the squares that are channels to level 0; 1 for none. */
  int stride() {
    return patch == null ? 1 : patch;
  }

  /** Channels of what level 0 sees and gives. */
  int patchChannels() {
    return signalChannels * stride() * stride();
  }

  /** Positions of the signal per latent, along each axis. */
  public int factor() {
    return stride() << (widths.size() - 1);
  }

  /** Channels of what the encoder gives: C, or 2C with a learned variance. */
  int moments() {
    return latentChannels * regularisation.parametersPerChannel();
  }

  int widest() {
    return widths.get(widths.size() - 1);
  }
}
