package kinetone.scene;

/**
 * An area as a signed distance field, negative inside, in stage units. Formulas: Inigo Quilez, "2D
 * distance functions".
 */
@FunctionalInterface
interface Shape {
  /** Distance from (x, y) to the edge. */
  double distance(double x, double y);

  static Shape circle(double cx, double cy, double radius) {
    return (x, y) -> length(x - cx, y - cy) - radius;
  }

  /** An axis-parallel ellipse; the distance is first-order, exact at the edge. */
  static Shape ellipse(double cx, double cy, double rx, double ry) {
    return (x, y) -> {
      double px = (x - cx) / rx;
      double py = (y - cy) / ry;
      double k = length(px, py);
      double gradient = length(px / rx, py / ry);
      return gradient < 1e-9 ? -Math.min(rx, ry) : k * (k - 1) / gradient;
    };
  }

  /** A line from (ax, ay) to (bx, by) with round ends, whose radius changes from ra to rb. */
  static Shape capsule(double ax, double ay, double bx, double by, double ra, double rb) {
    double dx = bx - ax;
    double dy = by - ay;
    double squared = Math.max(1e-12, dx * dx + dy * dy);
    return (x, y) -> {
      double s = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / squared));
      return length(x - ax - s * dx, y - ay - s * dy) - (ra + s * (rb - ra));
    };
  }

  /** An axis-parallel rectangle with rounded corners. */
  static Shape box(double cx, double cy, double halfWidth, double halfHeight, double corner) {
    return (x, y) -> {
      double qx = Math.abs(x - cx) - halfWidth + corner;
      double qy = Math.abs(y - cy) - halfHeight + corner;
      return length(Math.max(qx, 0), Math.max(qy, 0)) + Math.min(Math.max(qx, qy), 0) - corner;
    };
  }

  /** The edge of this shape as a band of the given half width. */
  default Shape outline(double halfWidth) {
    return (x, y) -> Math.abs(distance(x, y)) - halfWidth;
  }

  private static double length(double x, double y) {
    return Math.sqrt(x * x + y * y);
  }
}
