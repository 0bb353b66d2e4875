package kinetone.metric;

import kinetone.common.Check;
import kinetone.media.Video;

/** Peak signal-to-noise ratio of 8-bit pictures. */
public final class Psnr {
  private Psnr() {}

  /**
   * 10 log₁₀ (255² / mean squared difference) over all pictures, pixels and channels, in decibels;
   * infinite for equal videos. Both must have the same shape.
   */
  public static double decibels(Video reference, Video video) {
    Check.that(
        reference.frames() == video.frames()
            && reference.width() == video.width()
            && reference.height() == video.height(),
        "videos of %dx%dx%d and %dx%dx%d have no PSNR: shapes differ",
        reference.frames(),
        reference.height(),
        reference.width(),
        video.frames(),
        video.height(),
        video.width());
    double sum = 0;
    for (int i = 0; i < video.rgb().length; i++) {
      double difference = (reference.rgb()[i] & 0xff) - (video.rgb()[i] & 0xff);
      sum += difference * difference;
    }
    return 10 * Math.log10(255.0 * 255.0 * video.rgb().length / sum);
  }
}
