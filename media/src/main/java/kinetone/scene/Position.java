package kinetone.scene;

/**
 * A place in the picture, independent of its size.
 *
 * @param x 0 at the left edge, 1 at the right edge
 * @param y 0 at the upper edge, 1 at the lower edge
 */
public record Position(double x, double y) {}
