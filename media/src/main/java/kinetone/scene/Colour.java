package kinetone.scene;

/**
 * A display-referred colour.
 *
 * @param r red in [0, 1]
 * @param g green in [0, 1]
 * @param b blue in [0, 1]
 */
record Colour(float r, float g, float b) {
  static final Colour WHITE = new Colour(1, 1, 1);
  static final Colour DARK = new Colour(0.07f, 0.07f, 0.1f);

  /** From hue (turns, any real number), saturation and value in [0, 1]. */
  static Colour hsv(double hue, double saturation, double value) {
    return new Colour(
        channel(hue, 5, saturation, value),
        channel(hue, 3, saturation, value),
        channel(hue, 1, saturation, value));
  }

  private static float channel(double hue, int offset, double saturation, double value) {
    double k = (offset + 6 * (hue - Math.floor(hue))) % 6;
    double ramp = Math.max(0, Math.min(1, Math.min(k, 4 - k)));
    return (float) (value * (1 - saturation * ramp));
  }

  /** This colour moved towards {@code other} by {@code amount} in [0, 1]. */
  Colour towards(Colour other, double amount) {
    float a = (float) Math.max(0, Math.min(1, amount));
    return new Colour(r + a * (other.r - r), g + a * (other.g - g), b + a * (other.b - b));
  }
}
