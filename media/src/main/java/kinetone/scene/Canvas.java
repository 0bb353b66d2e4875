package kinetone.scene;

/**
 * A picture in stage coordinates (see the package). Edges are anti-aliased by their coverage of a
 * pixel, which for a signed distance d in pixels is 1/2 − d, clamped.
 */
final class Canvas {
  /** Least width of an edge: soft enough that small autoencoders can hold the pictures. */
  private static final double FOCUS = 0.032;

  private final int width;
  private final int height;
  private final double scale;
  private final double marginX;
  private final double marginY;
  private final float[] rgb;
  private float[] backdrop;

  Canvas(int width, int height) {
    this.width = width;
    this.height = height;
    scale = Math.min(width, height);
    marginX = (width / scale - 1) / 2;
    marginY = (height / scale - 1) / 2;
    rgb = new float[width * height * 3];
    backdrop = rgb.clone();
  }

  /** The stage's x at the picture's left edge, 0 or less. */
  double left() {
    return -marginX;
  }

  /** The stage's x at the picture's right edge, 1 or more. */
  double right() {
    return 1 + marginX;
  }

  /** The stage's y at the picture's upper edge, 0 or less. */
  double top() {
    return -marginY;
  }

  /** The stage's y at the picture's lower edge, 1 or more. */
  double bottom() {
    return 1 + marginY;
  }

  /** A stage place in coordinates of the whole picture. */
  Position position(double x, double y) {
    return new Position((x + marginX) * scale / width, (y + marginY) * scale / height);
  }

  /** Makes what is drawn so far the state that {@link #clear()} returns to. */
  void keepAsBackdrop() {
    backdrop = rgb.clone();
  }

  void clear() {
    System.arraycopy(backdrop, 0, rgb, 0, rgb.length);
  }

  /** Fills a shape within the given bounds with a vertical gradient across them. */
  void fill(double x0, double y0, double x1, double y1, Shape shape, Colour top, Colour bottom) {
    fill(x0, y0, x1, y1, shape, top, bottom, 1, 0);
  }

  /**
   * Fills a shape with a vertical gradient across its bounds.
   *
   * @param opacity in [0, 1]
   * @param softness width in stage units of the soft edge, 0 for a sharp one
   */
  void fill(
      double x0,
      double y0,
      double x1,
      double y1,
      Shape shape,
      Colour top,
      Colour bottom,
      double opacity,
      double softness) {
    double reach = Math.max(FOCUS, softness);
    int firstRow = row(y0 - reach) - 1;
    int lastRow = row(y1 + reach) + 1;
    int firstColumn = Math.max(0, column(x0 - reach) - 1);
    int lastColumn = Math.min(width - 1, column(x1 + reach) + 1);
    double sharpness = 1 / Math.max(1 / scale, Math.max(FOCUS, softness));
    for (int j = Math.max(0, firstRow); j <= Math.min(height - 1, lastRow); j++) {
      double y = (j + 0.5) / scale - marginY;
      float s = (float) Math.max(0, Math.min(1, (y - y0) / (y1 - y0)));
      float r = top.r() + s * (bottom.r() - top.r());
      float g = top.g() + s * (bottom.g() - top.g());
      float b = top.b() + s * (bottom.b() - top.b());
      for (int i = firstColumn; i <= lastColumn; i++) {
        double x = (i + 0.5) / scale - marginX;
        double coverage = 0.5 - shape.distance(x, y) * sharpness;
        if (coverage > 0) {
          float a = (float) (opacity * Math.min(1, coverage));
          int p = (j * width + i) * 3;
          rgb[p] += a * (r - rgb[p]);
          rgb[p + 1] += a * (g - rgb[p + 1]);
          rgb[p + 2] += a * (b - rgb[p + 2]);
        }
      }
    }
  }

  /** A disc shaded like a ball lit from above. */
  void disc(double cx, double cy, double radius, Colour colour) {
    ellipse(cx, cy, radius, radius, colour);
  }

  /** An ellipse shaded like a ball lit from above. */
  void ellipse(double cx, double cy, double rx, double ry, Colour colour) {
    fill(
        cx - rx,
        cy - ry,
        cx + rx,
        cy + ry,
        Shape.ellipse(cx, cy, rx, ry),
        colour.towards(Colour.WHITE, 0.35),
        colour.towards(Colour.DARK, 0.22));
  }

  /** A thick line with round ends. */
  void line(double ax, double ay, double bx, double by, double radius, Colour colour) {
    limb(ax, ay, bx, by, radius, radius, colour, colour);
  }

  /** A line whose radius changes, with a vertical gradient. */
  void limb(
      double ax, double ay, double bx, double by, double ra, double rb, Colour top, Colour bottom) {
    double r = Math.max(ra, rb);
    fill(
        Math.min(ax, bx) - r,
        Math.min(ay, by) - r,
        Math.max(ax, bx) + r,
        Math.max(ay, by) + r,
        Shape.capsule(ax, ay, bx, by, ra, rb),
        top,
        bottom);
  }

  /** Adds light that falls off as a Gaussian; rx and ry are its standard deviations. */
  void glow(double cx, double cy, double rx, double ry, Colour colour, double strength) {
    if (strength < 0.004) {
      return;
    }
    int lastRow = Math.min(height - 1, row(cy + 3 * ry));
    int firstColumn = Math.max(0, column(cx - 3 * rx));
    int lastColumn = Math.min(width - 1, column(cx + 3 * rx));
    float[] across = new float[Math.max(0, lastColumn - firstColumn + 1)];
    for (int i = 0; i < across.length; i++) {
      across[i] = bell(((firstColumn + i + 0.5) / scale - marginX - cx) / rx);
    }
    for (int j = Math.max(0, row(cy - 3 * ry)); j <= lastRow; j++) {
      float down = (float) strength * bell(((j + 0.5) / scale - marginY - cy) / ry);
      for (int i = 0; i < across.length; i++) {
        light((j * width + firstColumn + i) * 3, colour, down * across[i]);
      }
    }
  }

  /** Adds light of any distribution over the whole picture. */
  void light(Colour colour, Shape strength) {
    for (int j = 0; j < height; j++) {
      double y = (j + 0.5) / scale - marginY;
      for (int i = 0; i < width; i++) {
        double x = (i + 0.5) / scale - marginX;
        light((j * width + i) * 3, colour, (float) strength.distance(x, y));
      }
    }
  }

  /** The mark an impact leaves: a flash on the ground that widens and fades with its age. */
  void flash(double x, double y, Colour colour, double loudness, double age) {
    if (age >= 0 && age < 0.9) {
      double fade = Math.exp(-age / 0.15) * (0.55 + 0.45 * loudness);
      glow(x, y, 0.12 + 0.22 * age, 0.045 + 0.05 * age, colour, fade);
    }
  }

  /** Writes the picture as bytes from {@code offset} on. */
  void store(byte[] out, int offset) {
    for (int i = 0; i < rgb.length; i++) {
      float value = Math.max(0, Math.min(1, rgb[i]));
      out[offset + i] = (byte) (int) (value * 255 + 0.5f);
    }
  }

  private void light(int p, Colour colour, float a) {
    rgb[p] += a * colour.r() * (1 - rgb[p]);
    rgb[p + 1] += a * colour.g() * (1 - rgb[p + 1]);
    rgb[p + 2] += a * colour.b() * (1 - rgb[p + 2]);
  }

  private static float bell(double x) {
    return (float) Math.exp(-0.5 * x * x);
  }

  private int column(double x) {
    return (int) Math.floor((x + marginX) * scale);
  }

  private int row(double y) {
    return (int) Math.floor((y + marginY) * scale);
  }
}
