package kinetone.media;

import kinetone.common.Check;

/**
 * Pictures at a constant frame rate.
 *
 * @param rgb bytes in the order (frame, row, column, R G B), {@code frames * height * width * 3} of
 *     them; not copied, treat as read-only
 * @param frames number of pictures
 * @param width pixels
 * @param height pixels
 * @param framesPerSecond Hz; picture k is shown from k / framesPerSecond seconds
 */
public record Video(byte[] rgb, int frames, int width, int height, double framesPerSecond) {
  /** Checks that the bytes fill the shape. */
  public Video {
    Check.atLeast("frames", frames, 1);
    Check.atLeast("width", width, 1);
    Check.atLeast("height", height, 1);
    Check.that(framesPerSecond > 0, "frame rate %s must be positive", framesPerSecond);
    Check.that(
        rgb.length == (long) frames * height * width * 3,
        "%d bytes do not fill %d frames of %dx%d RGB",
        rgb.length,
        frames,
        width,
        height);
  }

  /** Length in seconds. */
  public double seconds() {
    return frames / framesPerSecond;
  }
}
