package kinetone.media;

import kinetone.common.Check;

/**
 * A wanted picture size.
 *
 * @param width pixels
 * @param height pixels
 * @param fit what to do when the shapes differ
 * @param filter how pixels are computed
 */
public record FrameSize(int width, int height, Fit fit, PictureFilter filter) {
  /** Checks that both sides are positive. */
  public FrameSize {
    Check.atLeast("width", width, 1);
    Check.atLeast("height", height, 1);
  }

  /** With {@link PictureFilter#BICUBIC}. */
  public FrameSize(int width, int height, Fit fit) {
    this(width, height, fit, PictureFilter.BICUBIC);
  }
}
