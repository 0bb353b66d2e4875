package kinetone.feature.cavp;

import com.fasterxml.jackson.annotation.JsonInclude;
import kinetone.common.Check;
import kinetone.feature.cnn14.Cnn14Config;

/**
 * The size of {@link Cavp} and what it looks at.
 *
 * @param size height and width of the pictures, pixels
 * @param framesPerSecond Hz
 * @param width D of the features
 * @param video the network for pictures
 * @param sound the network for mel spectrograms; null where only the network for pictures was kept
 */
public record CavpConfig(
    int size,
    double framesPerSecond,
    int width,
    ResNet3dConfig video,
    @JsonInclude(JsonInclude.Include.NON_NULL) Cnn14Config sound) {
  /** Checks the ranges. */
  public CavpConfig {
    Check.atLeast("size", size, 1);
    Check.that(framesPerSecond > 0, "framesPerSecond = %s, must be positive", framesPerSecond);
    Check.atLeast("width", width, 1);
    Check.that(video != null, "video is missing");
  }

  /** Trainable numbers of the network for pictures with its projection, by arithmetic. */
  public long videoParameterCount() {
    return video.parameterCount() + (long) video.features() * width + width;
  }

  /** Trainable numbers, by arithmetic. */
  public long parameterCount() {
    return videoParameterCount() + (sound == null ? 0 : Cnn14.parameterCount(sound, width) + 1);
  }

  /** The same without the network for sound. */
  public CavpConfig picturesOnly() {
    return new CavpConfig(size, framesPerSecond, width, video, null);
  }
}
