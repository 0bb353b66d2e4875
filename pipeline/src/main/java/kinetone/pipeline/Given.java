package kinetone.pipeline;

import java.util.Optional;
import kinetone.media.Audio;
import kinetone.media.Video;

/**
 * What a clip is made from, in the model's format.
 *
 * @param video pictures
 * @param context pictures that follow {@code video}: at most as many as {@link
 *     PictureInput#context()}, fewer or none where the file ends
 * @param audio sound
 */
public record Given(Optional<Video> video, Optional<Video> context, Optional<Audio> audio) {
  /** Without context. */
  public Given(Optional<Video> video, Optional<Audio> audio) {
    this(video, Optional.empty(), audio);
  }

  /** Pictures alone. */
  public static Given of(Video video) {
    return new Given(Optional.of(video), Optional.empty());
  }
}
