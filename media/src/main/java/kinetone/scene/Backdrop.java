package kinetone.scene;

import java.util.Optional;
import java.util.SplittableRandom;
import kinetone.scene.Place.Light;

/**
 * The room a scene plays in: a sky or wall above a floor, both smooth gradients, with a soft light.
 *
 * @param hue the room's, in turns; things in it keep away from this hue
 * @param second hue where wall and floor meet, in turns
 * @param value brightness, 0.2 to 0.42
 * @param top colour at the upper edge
 * @param horizon colour of the wall where it meets the floor
 * @param far colour of the floor at the wall
 * @param near colour of the floor at the lower edge
 * @param lightX where the light falls on the wall
 */
record Backdrop(
    double hue,
    double second,
    double value,
    Colour top,
    Colour horizon,
    Colour far,
    Colour near,
    double lightX) {
  /** Stage y where wall and floor meet. */
  static final double HORIZON = 0.7;

  static Backdrop draw(SplittableRandom random) {
    double hue = random.nextDouble();
    double second = hue + random.nextDouble(-0.12, 0.12);
    double saturation = random.nextDouble(0.35, 0.75);
    double value = random.nextDouble(0.2, 0.42);
    return new Backdrop(
        hue,
        second,
        value,
        Colour.hsv(hue, saturation, value * 0.65),
        Colour.hsv(second, saturation * 0.8, value * 1.25),
        Colour.hsv(second, saturation * 0.6, value * 0.85),
        Colour.hsv(hue, saturation * 0.7, value * 0.5),
        random.nextDouble(0.15, 0.85));
  }

  /** A bright hue that stands out from the room: at least a fifth of the circle away. */
  double contrast(SplittableRandom random) {
    return hue + random.nextDouble(0.2, 0.8);
  }

  /** The room as words see it: of one colour only if all of it has that name. */
  Place place() {
    var colour = Optional.of(ColourName.of(hue)).filter(name -> name == ColourName.of(second));
    return new Place(
        colour, value < 0.26 ? Light.DARK : value > 0.36 ? Light.BRIGHT : Light.MEDIUM);
  }

  /** Wall and floor. */
  void paint(Canvas canvas) {
    wall(canvas, HORIZON);
    Shape floor = (x, y) -> HORIZON - y;
    canvas.fill(canvas.left(), HORIZON, canvas.right(), canvas.bottom(), floor, far, near, 1, 0.02);
    canvas.keepAsBackdrop();
  }

  /** Wall only, whose gradient ends at {@code end}. */
  void wall(Canvas canvas, double end) {
    Shape everything = (x, y) -> -1;
    canvas.fill(canvas.left(), canvas.top(), canvas.right(), canvas.bottom(), everything, top, top);
    Shape wall = (x, y) -> -1;
    canvas.fill(canvas.left(), canvas.top(), canvas.right(), end, wall, top, horizon);
    canvas.glow(lightX, end * 0.75, 0.35, 0.25, horizon, 0.35);
    canvas.keepAsBackdrop();
  }
}
