package kinetone.media;

import kinetone.common.Check;

/**
 * A wanted picture size.
 *
 * @param width pixels
 * @param height pixels
 * @param fit what to do when the shapes differ
 */
public record FrameSize(int width, int height, Fit fit) {
  /** Checks that both sides are positive. */
  public FrameSize {
    Check.atLeast("width", width, 1);
    Check.atLeast("height", height, 1);
  }
}
