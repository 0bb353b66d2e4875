package kinetone.feature.kind;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.HashSet;
import java.util.List;
import kinetone.common.Check;
import kinetone.spectral.MelFrontEndConfig;

/**
 * The size of {@link KindClassifier}, what it looks at or listens to, and what it tells apart.
 *
 * @param kinds their names, in the order of the logits
 * @param input pictures or sound
 * @param channels of each level; every level halves both axes of its map
 * @param groups of group normalisation
 * @param features D, width of the layer before the logits
 */
public record KindConfig(
    List<String> kinds, Input input, List<Integer> channels, int groups, int features) {
  private static final int MOST_LEVELS = 16;

  /** What a classifier judges by. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "modality")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Pictures.class, name = "pictures"),
    @JsonSubTypes.Type(value = Sound.class, name = "sound")
  })
  public sealed interface Input {
    /** Channels of the maps that the first level takes. */
    int channels();
  }

  /**
   * Pictures, of clips of any length, size and rate.
   *
   * @param size height and width to which they are brought, pixels
   * @param frames how many are seen, evenly spaced over the clip
   */
  public record Pictures(int size, int frames) implements Input {
    /** Checks the ranges. */
    public Pictures {
      Check.within("input.size", size, 1, 1024);
      Check.within("input.frames", frames, 1, 1024);
    }

    @Override
    public int channels() {
      return 3;
    }
  }

  /**
   * Sound of any length.
   *
   * @param mel the spectrograms that are heard
   */
  public record Sound(MelFrontEndConfig mel) implements Input {
    /** Checks that spectrograms are described. */
    public Sound {
      Check.that(mel != null, "input.mel is missing");
    }

    @Override
    public int channels() {
      return 1;
    }
  }

  /** Checks the ranges and that the parts fit each other. */
  public KindConfig {
    Check.that(kinds != null, "kinds are missing");
    kinds = List.copyOf(kinds);
    Check.atLeast("number of kinds", kinds.size(), 2);
    Check.that(
        new HashSet<>(kinds).size() == kinds.size(), "kinds = %s, one is there twice", kinds);
    Check.that(input != null, "input is missing");
    Check.that(channels != null, "channels are missing");
    channels = List.copyOf(channels);
    Check.within("number of levels in channels", channels.size(), 1, MOST_LEVELS);
    Check.atLeast("groups", groups, 1);
    for (int width : channels) {
      Check.atLeast("channels", width, 1);
      Check.divisible("channels", width, "groups", groups);
    }
    Check.atLeast("features", features, 1);
  }

  /** Numbers that the last level gives for each moment. */
  int perMoment() {
    int last = channels.get(channels.size() - 1);
    if (input instanceof Sound sound) {
      int bands = sound.mel().bands();
      for (int i = 0; i < channels.size(); i++) {
        bands = (bands + 1) / 2;
      }
      return last * bands;
    }
    return 2 * last;
  }
}
