package kinetone.metric;

import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.Video;

/**
 * How much longer the sound of a file is than its picture: what players that keep both together
 * must stretch, cut or fill. Measured on decoded tracks, which begin at the same instant.
 */
public final class TrackDrift {
  private TrackDrift() {}

  /** Seconds; negative when the picture is longer, not a number when a track is missing. */
  public static double seconds(Clip clip) {
    return clip.audio().map(Audio::seconds).orElse(Double.NaN)
        - clip.video().map(Video::seconds).orElse(Double.NaN);
  }
}
