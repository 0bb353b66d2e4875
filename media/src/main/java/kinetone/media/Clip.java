package kinetone.media;

import java.util.Optional;

/**
 * A decoded clip: pictures, sound or both, each with its own rate. Both start at the same instant,
 * time 0. No rate is a constant anywhere: whoever needs frames per second or hertz asks here.
 *
 * @param video pictures at a constant frame rate, if there is a picture track
 * @param audio samples at a constant rate, if there is a sound track
 */
public record Clip(Optional<Video> video, Optional<Audio> audio) {
  /** Both tracks. */
  public static Clip of(Video video, Audio audio) {
    return new Clip(Optional.of(video), Optional.of(audio));
  }

  /** Pictures without sound. */
  public static Clip of(Video video) {
    return new Clip(Optional.of(video), Optional.empty());
  }

  /** Sound without pictures. */
  public static Clip of(Audio audio) {
    return new Clip(Optional.empty(), Optional.of(audio));
  }

  /** Length in seconds of the longer track. */
  public double seconds() {
    return Math.max(video.map(Video::seconds).orElse(0.0), audio.map(Audio::seconds).orElse(0.0));
  }
}
