package kinetone.feature.align;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import kinetone.common.Check;

/**
 * The size of {@link AlignmentClassifier}.
 *
 * @param latentChannels C of the sound latent
 * @param channels of the first level; divisible by {@code groups}
 * @param multipliers channels of each level over {@code channels}; each level but the last halves
 *     time and frequency
 * @param attention whether the blocks of a level look at the picture
 * @param heads of attention
 * @param groups of group normalisation
 * @param features width of the picture features
 * @param context width to which they are projected
 * @param frames most frames that a picture may have
 * @param scaleFeatures whether features, which CAVP makes of length one, are multiplied by the root
 *     of their width, so that their elements weigh as much as those of the learned positions;
 *     Diff-Foley: false, as when absent
 * @param fuse whether the features are also added to the first level of the sound, each at its own
 *     time; attention alone must first learn which positions of the two belong together.
 *     Diff-Foley: false, as when absent
 * @param trained what it was trained on, and so all that it takes: positions beyond never saw a
 *     gradient, and shorter ones are seen in other proportions; absent, and then anything up to
 *     {@code frames}, only where nobody trained it
 */
public record AlignmentConfig(
    int latentChannels,
    int channels,
    List<Integer> multipliers,
    List<Boolean> attention,
    int heads,
    int groups,
    int features,
    int context,
    int frames,
    Boolean scaleFeatures,
    Boolean fuse,
    @JsonInclude(JsonInclude.Include.NON_NULL) Shape trained) {
  /** Diff-Foley's: a latent of 4 channels, features of CAVP at 4 Hz for up to 10 s, of which 8. */
  public static final AlignmentConfig BASE =
      new AlignmentConfig(4, 128, List.of(1, 2, 2), List.of(false, true, true), 8, 32, 512, 512, 40)
          .trainedOn(new Shape(32, 64));

  /** For sounding scenes with a mel latent of 8 channels and 17 frames. */
  public static final AlignmentConfig SMALL =
      new AlignmentConfig(
          8,
          32,
          List.of(1, 2, 2),
          List.of(false, true, true),
          4,
          8,
          128,
          128,
          17,
          true,
          true,
          null);

  /**
   * The shape of a pair of picture and sound.
   *
   * @param frames of the picture features
   * @param latents time positions of the sound latent
   */
  public record Shape(int frames, int latents) {
    /** Checks the ranges. */
    public Shape {
      Check.atLeast("trained.frames", frames, 1);
      Check.atLeast("trained.latents", latents, 1);
    }
  }

  /** Checks that the sizes fit each other. */
  public AlignmentConfig {
    Check.atLeast("latentChannels", latentChannels, 1);
    Check.atLeast("channels", channels, 2);
    Check.divisible("channels", channels, "2", 2);
    scaleFeatures = scaleFeatures != null && scaleFeatures;
    fuse = fuse != null && fuse;
    multipliers = List.copyOf(multipliers);
    attention = List.copyOf(attention);
    Check.that(!multipliers.isEmpty(), "multipliers is empty");
    Check.that(
        attention.size() == multipliers.size(),
        "attention has %d entries but multipliers %d",
        attention.size(),
        multipliers.size());
    Check.atLeast("heads", heads, 1);
    Check.atLeast("groups", groups, 1);
    for (int multiplier : multipliers) {
      Check.atLeast("multipliers", multiplier, 1);
      Check.divisible("channels of a level", channels * multiplier, "heads", heads);
      Check.divisible("channels of a level", channels * multiplier, "groups", groups);
    }
    Check.divisible("channels", channels, "groups", groups);
    Check.atLeast("features", features, 1);
    Check.atLeast("context", context, 1);
    Check.atLeast("frames", frames, 1);
    if (trained != null) {
      Check.within("trained.frames", trained.frames(), 1, frames);
    }
  }

  /** Features and sound as Diff-Foley's network takes them, neither scaled nor fused. */
  public AlignmentConfig(
      int latentChannels,
      int channels,
      List<Integer> multipliers,
      List<Boolean> attention,
      int heads,
      int groups,
      int features,
      int context,
      int frames) {
    this(
        latentChannels,
        channels,
        multipliers,
        attention,
        heads,
        groups,
        features,
        context,
        frames,
        false,
        false,
        null);
  }

  /** The same network after, or in, training on pairs of this shape; null where it has none. */
  public AlignmentConfig trainedOn(Shape shape) {
    return new AlignmentConfig(
        latentChannels,
        channels,
        multipliers,
        attention,
        heads,
        groups,
        features,
        context,
        frames,
        scaleFeatures,
        fuse,
        shape);
  }

  /** Whether a network of this configuration was trained on pairs of exactly this shape. */
  public boolean wasTrainedOn(Shape shape) {
    return shape.equals(trained);
  }

  /** What it was trained on, in words. */
  public String trainedOnWords() {
    return trained == null
        ? "pairs of unknown shape"
        : "%d frames with %d sound latents".formatted(trained.frames(), trained.latents());
  }

  /** Channels of level {@code i}. */
  int width(int i) {
    return channels * multipliers.get(i);
  }
}
