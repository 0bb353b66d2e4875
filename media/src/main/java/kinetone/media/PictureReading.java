package kinetone.media;

import kinetone.common.Check;

/**
 * How pictures of files become the pictures of a model. It belongs to the model, which has seen no
 * others.
 *
 * @param fit of another shape
 * @param filter of another size
 * @param choice of pictures at another rate
 */
public record PictureReading(Fit fit, PictureFilter filter, FrameChoice choice) {
  /** Of models that say nothing. */
  public static final PictureReading DEFAULT =
      new PictureReading(Fit.CENTRE_CROP, PictureFilter.BICUBIC, FrameChoice.AT_OR_BEFORE);

  /** Checks that nothing is missing. */
  public PictureReading {
    Check.that(fit != null, "fit is missing");
    Check.that(filter != null, "filter is missing");
    Check.that(choice != null, "choice is missing");
  }
}
