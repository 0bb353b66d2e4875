package kinetone.pipeline;

import java.util.Optional;
import kinetone.media.Audio;
import kinetone.media.Video;

/**
 * What a clip is made from, in the model's format.
 *
 * @param video pictures
 * @param audio sound
 */
public record Given(Optional<Video> video, Optional<Audio> audio) {
  /** Pictures alone. */
  public static Given of(Video video) {
    return new Given(Optional.of(video), Optional.empty());
  }
}
