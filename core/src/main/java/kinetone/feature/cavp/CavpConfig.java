package kinetone.feature.cavp;

import kinetone.common.Check;

/**
 * The size of {@link Cavp} and what it looks at.
 *
 * @param size height and width of the pictures, pixels
 * @param framesPerSecond Hz
 * @param width D of the features
 * @param video the network for pictures
 * @param sound the network for mel spectrograms
 */
public record CavpConfig(
    int size, double framesPerSecond, int width, ResNet3dConfig video, Cnn14Config sound) {
  /** Checks the ranges. */
  public CavpConfig {
    Check.atLeast("size", size, 1);
    Check.that(framesPerSecond > 0, "framesPerSecond = %s, must be positive", framesPerSecond);
    Check.atLeast("width", width, 1);
    Check.that(video != null, "video is missing");
    Check.that(sound != null, "sound is missing");
  }

  /** Trainable numbers of the network for pictures with its projection, by arithmetic. */
  public long videoParameterCount() {
    return video.parameterCount() + (long) video.features() * width + width;
  }

  /** Trainable numbers, by arithmetic. */
  public long parameterCount() {
    return videoParameterCount() + sound.parameterCount(width) + 1;
  }
}
