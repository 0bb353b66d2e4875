package kinetone.evaluate;

import java.util.Locale;
import kinetone.common.Check;
import kinetone.media.Fit;
import kinetone.media.ReadOptions;

/**
 * The form in which a protocol wants pictures, of real and of made clips.
 *
 * @param framesPerSecond Hz
 * @param width pixels
 * @param height pixels
 * @param fit how other shapes are brought to it
 */
public record PictureForm(double framesPerSecond, int width, int height, Fit fit) {
  private static final int MOST = 4096;

  /** Checks the ranges. */
  public PictureForm {
    Check.that(
        framesPerSecond > 0 && framesPerSecond <= 240,
        "pictures.framesPerSecond = %s, must be above 0 and at most 240",
        framesPerSecond);
    Check.within("pictures.width", width, 1, MOST);
    Check.within("pictures.height", height, 1, MOST);
    Check.that(fit != null, "pictures.fit is missing; use CENTRE_CROP, PAD or STRETCH");
  }

  ReadOptions of(ReadOptions plain) {
    return plain.withFramesPerSecond(framesPerSecond).withSize(width, height, fit);
  }

  /** Names it among measured numbers. */
  String id() {
    return "-at-%s-%dx%d-%s"
        .formatted(framesPerSecond, width, height, fit.name().toLowerCase(Locale.ROOT));
  }
}
