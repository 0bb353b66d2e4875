package kinetone.latent.opensora;

import java.util.List;
import kinetone.common.Check;

/**
 * The shape of the autoencoder over time. Level 0 has the rate of the signal; the size of pictures
 * never changes.
 *
 * @param channels of the signal, which are the latents of pictures
 * @param widths channels of each level, level 0 first
 * @param blocks residual blocks per level, and once more at the coarsest
 * @param timeDown for each step between levels, whether it halves time
 * @param groups of every normalisation; divides all widths
 * @param latentChannels C
 */
public record TemporalConfig(
    int channels,
    List<Integer> widths,
    int blocks,
    List<Boolean> timeDown,
    int groups,
    int latentChannels) {
  /** {@code VAE_Temporal_SD}: 4 frames per latent, 309,687,144 parameters in 267 tensors. */
  public static final TemporalConfig SD =
      new TemporalConfig(4, List.of(128, 256, 256, 512), 4, List.of(false, true, true), 32, 4);

  /** Checks ranges and that the lists fit together. */
  public TemporalConfig {
    Check.atLeast("channels", channels, 1);
    Check.that(widths != null && !widths.isEmpty(), "widths has no levels; give at least one");
    widths = List.copyOf(widths);
    Check.atLeast("blocks", blocks, 1);
    Check.that(
        timeDown != null && timeDown.size() == widths.size() - 1,
        "timeDown needs %d entries, one per step between levels",
        widths.size() - 1);
    timeDown = List.copyOf(timeDown);
    Check.atLeast("groups", groups, 1);
    for (int width : widths) {
      Check.atLeast("widths", width, 1);
      Check.divisible("widths", width, "groups", groups);
    }
    Check.atLeast("latentChannels", latentChannels, 1);
  }

  /** Frames per latent. */
  public int timeFactor() {
    return 1 << (int) timeDown.stream().filter(down -> down).count();
  }

  int widest() {
    return widths.get(widths.size() - 1);
  }
}
