package kinetone.media;

import java.util.Optional;

/**
 * What the headers of a file say.
 *
 * @param container FFmpeg's name of the container format
 * @param seconds length of the longest track
 * @param video the picture track that would be read, if there is one
 * @param audio the sound track that would be read, if there is one
 */
public record MediaInfo(
    String container, double seconds, Optional<VideoTrack> video, Optional<AudioTrack> audio) {
  /**
   * A picture track.
   *
   * @param codec FFmpeg's name of the codec
   * @param width pixels, as stored
   * @param height pixels, as stored
   * @param rotation degrees clockwise by which a player turns the stored picture: 0, 90, 180, 270
   * @param pixelAspect width of a pixel over its height
   * @param framesPerSecond nominal rate in Hz; a variable rate is averaged
   * @param frames number of pictures, estimated from the length where the container does not count
   * @param seconds length of the track
   */
  public record VideoTrack(
      String codec,
      int width,
      int height,
      int rotation,
      double pixelAspect,
      double framesPerSecond,
      long frames,
      double seconds) {
    /** Width in pixels when upright, with square pixels. */
    public int displayWidth() {
      return rotation % 180 == 0 ? squareWidth() : height;
    }

    /** Height in pixels when upright, with square pixels. */
    public int displayHeight() {
      return rotation % 180 == 0 ? height : squareWidth();
    }

    private int squareWidth() {
      return (int) Math.min(Integer.MAX_VALUE, Math.max(1, Math.round(width * pixelAspect)));
    }
  }

  /**
   * A sound track.
   *
   * @param codec FFmpeg's name of the codec
   * @param sampleRate Hz
   * @param channels number of channels
   * @param samples samples per channel, from the length of the track
   * @param seconds length of the track
   */
  public record AudioTrack(
      String codec, int sampleRate, int channels, long samples, double seconds) {}
}
