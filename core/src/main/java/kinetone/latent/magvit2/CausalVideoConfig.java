package kinetone.latent.magvit2;

import java.util.List;
import kinetone.common.Check;
import kinetone.latent.Regularisation;
import kinetone.nn.conv.TimePadding;

/**
 * The shape of a {@link CausalVideoAutoencoder}. Level 0 has the resolution of the stem, each next
 * level is halved in space and time as {@code spaceDown} and {@code timeDown} say.
 *
 * @param linearPath whether a linear map from pixels to latents and back runs beside the
 *     convolutions
 * @param patch pixels per side that the stem moves into channels; 1 for none
 * @param encoder widths and residual blocks of the encoder, level 0 first
 * @param decoder widths and residual blocks of the decoder, level 0 (the last one run) first
 * @param spaceDown for each step between levels, whether it halves height and width
 * @param timeDown for each step between levels, whether it halves time (1 + 2k frames to 1 + k)
 * @param upKernel side of the convolution before depth-to-space
 * @param norm how activations are normalised
 * @param groups groups of {@link FrameNorm.Kind#GROUP}
 * @param timePadding what is seen before the first frame
 * @param latentChannels C
 * @param regularisation of the latent
 */
public record CausalVideoConfig(
    boolean linearPath,
    int patch,
    List<Level> encoder,
    List<Level> decoder,
    List<Boolean> spaceDown,
    List<Boolean> timeDown,
    int upKernel,
    FrameNorm.Kind norm,
    int groups,
    TimePadding timePadding,
    int latentChannels,
    Regularisation regularisation) {
  /**
   * One resolution.
   *
   * @param channels width
   * @param blocks residual blocks
   */
  public record Level(int channels, int blocks) {
    /** Checks the ranges. */
    public Level {
      Check.atLeast("channels", channels, 1);
      Check.atLeast("blocks", blocks, 0);
    }
  }

  /**
   * MAGVIT-v2's sizes as AVDiT needs them: filters 128 × (1, 2, 2, 4) with 4 residual blocks per
   * level, 8 × 8 pixels and 4 frames per latent, 8 continuous channels with KL 1e-6 (Yu et al.
   * 2023; Kim et al. 2024, appendix B).
   */
  public static final CausalVideoConfig PAPER =
      new CausalVideoConfig(
          false,
          1,
          List.of(new Level(128, 4), new Level(256, 4), new Level(256, 4), new Level(512, 4)),
          List.of(new Level(128, 4), new Level(256, 4), new Level(256, 4), new Level(512, 4)),
          List.of(true, true, true),
          List.of(false, true, true),
          3,
          FrameNorm.Kind.GROUP,
          32,
          TimePadding.ZEROS,
          8,
          Regularisation.kl(1e-6));

  /** For two processor cores: the same ratios and latents, 2 M parameters. */
  public static final CausalVideoConfig TINY =
      new CausalVideoConfig(
          true,
          4,
          List.of(new Level(48, 1), new Level(64, 1), new Level(96, 1)),
          List.of(new Level(64, 1), new Level(96, 2), new Level(96, 2)),
          List.of(true, false),
          List.of(true, true),
          1,
          FrameNorm.Kind.CHANNEL,
          1,
          TimePadding.FIRST_FRAME,
          8,
          Regularisation.noise(1e-3, 0.03));

  /** Checks ranges and that the lists fit together. */
  public CausalVideoConfig {
    Check.atLeast("patch", patch, 1);
    Check.atLeast("upKernel", upKernel, 1);
    Check.that(upKernel % 2 == 1, "upKernel = %d, must be odd", upKernel);
    Check.atLeast("groups", groups, 1);
    Check.atLeast("latentChannels", latentChannels, 1);
    encoder = List.copyOf(encoder);
    decoder = List.copyOf(decoder);
    spaceDown = List.copyOf(spaceDown);
    timeDown = List.copyOf(timeDown);
    Check.that(!encoder.isEmpty(), "encoder has no levels; give at least one");
    Check.that(
        decoder.size() == encoder.size(),
        "decoder has %d levels but encoder has %d",
        decoder.size(),
        encoder.size());
    Check.that(
        spaceDown.size() == encoder.size() - 1 && timeDown.size() == encoder.size() - 1,
        "spaceDown and timeDown need %d entries, one per step between levels",
        encoder.size() - 1);
    if (norm == FrameNorm.Kind.GROUP) {
      for (Level level : encoder) {
        Check.divisible("encoder channels", level.channels(), "groups", groups);
      }
      for (Level level : decoder) {
        Check.divisible("decoder channels", level.channels(), "groups", groups);
      }
    }
  }

  /** Pixels per latent along height and width. */
  public int spaceFactor() {
    return patch << (int) spaceDown.stream().filter(down -> down).count();
  }

  /** Frames per latent after the first. */
  public int timeFactor() {
    return 1 << (int) timeDown.stream().filter(down -> down).count();
  }
}
