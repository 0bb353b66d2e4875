package kinetone.scene;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import kinetone.scene.Thing.Material;
import kinetone.scene.Thing.Subject;
import kinetone.scene.Thing.Trait;

/**
 * A ball that bounces on the floor. Between two impacts it flies a parabola, h = g s (Δ − s) / 2
 * with Δ the gap; it meets the floor with the speed g Δ / 2, so the level is proportional to the
 * gap before the impact, and the pitch to the inverse of the radius.
 */
final class Ball implements Actor {
  private static final double FLOOR = 0.86;
  private static final int PAIRS = 300;
  private static final double LOWEST_HERTZ = 170;

  private final double[] chain;
  private final double radius;
  private final double gravity;
  private final double startX;
  private final double speedX;
  private final double seconds;
  private final double hue;
  private final Colour colour;
  private final double hertz;
  private final List<Event> events = new ArrayList<>();

  private Ball(
      double[] chain, double radius, double startX, double endX, double hue, double seconds) {
    this.chain = chain;
    this.radius = radius;
    this.startX = startX;
    this.hue = hue;
    this.seconds = seconds;
    speedX = (endX - startX) / seconds;
    colour = Colour.hsv(hue, 0.65, 0.95);
    hertz = LOWEST_HERTZ * 0.15 / radius;
    double longest = 0;
    for (int i = 1; i < chain.length; i++) {
      longest = Math.max(longest, Double.isInfinite(chain[i]) ? 0 : chain[i] - chain[i - 1]);
    }
    double highest = FLOOR - 2 * radius - 0.05;
    gravity = 8 * highest / (longest * longest);
    for (int i = 1; i < chain.length - 1; i++) {
      double loudness = 0.3 + 0.7 * (chain[i] - chain[i - 1]) / longest;
      events.add(new Event(chain[i], loudness, Event.Kind.BOUNCE));
    }
  }

  /** One ball. */
  static Ball one(SplittableRandom random, Backdrop backdrop, double seconds) {
    double[] chain = ImpactTimes.chain(random, seconds, gap(random, 0.6, 1.25));
    return make(random, backdrop, chain, 0.2, 0.8, seconds);
  }

  /**
   * Two balls side by side whose impacts keep their distance in time, or one where so many fall
   * into a long clip that chance finds no such pair.
   */
  static List<Actor> two(SplittableRandom random, Backdrop backdrop, double seconds) {
    for (int attempt = 0; attempt < PAIRS; attempt++) {
      double[] left = ImpactTimes.chain(random, seconds, gap(random, 1.05, 1.9));
      double[] right = ImpactTimes.chain(random, seconds, gap(random, 1.05, 1.9));
      double[] both = new double[left.length + right.length - 4];
      System.arraycopy(left, 1, both, 0, left.length - 2);
      System.arraycopy(right, 1, both, left.length - 2, right.length - 2);
      Arrays.sort(both);
      if (ImpactTimes.valid(both, seconds)) {
        return List.of(
            make(random, backdrop, left, 0.16, 0.36, seconds),
            make(random, backdrop, right, 0.64, 0.84, seconds));
      }
    }
    return List.of(one(random, backdrop, seconds));
  }

  private static Ball make(
      SplittableRandom random,
      Backdrop backdrop,
      double[] chain,
      double minX,
      double maxX,
      double seconds) {
    return new Ball(
        chain,
        random.nextDouble(0.06, 0.14),
        random.nextDouble(minX, maxX),
        random.nextDouble(minX, maxX),
        backdrop.contrast(random),
        seconds);
  }

  /**
   * Either a constant loss of height at each bounce until the ball rests, or a hand that keeps it.
   */
  private static ImpactTimes.Gap gap(SplittableRandom random, double shortest, double longest) {
    return new ImpactTimes.Gap() {
      private double first;
      private double restitution;

      @Override
      public double after(double previous) {
        if (previous < 0) {
          boolean falling = random.nextDouble() < 0.5;
          first = random.nextDouble(shortest, longest);
          restitution = falling ? random.nextDouble(0.7, 0.9) : 0;
          return first;
        }
        if (restitution > 0) {
          return previous * restitution;
        }
        return first * random.nextDouble(0.72, 1.0);
      }
    };
  }

  @Override
  public void draw(Canvas canvas, double time) {
    double x = startX + speedX * time;
    double height = height(time);
    int i = ImpactTimes.interval(chain, time);
    double age = time - chain[i];
    double shadow = 1 / (1 + 3 * height);
    Shape ground = Shape.ellipse(x, FLOOR, radius * 1.1, radius * 0.4);
    canvas.fill(
        x - radius * 1.1,
        FLOOR - radius * 0.4,
        x + radius * 1.1,
        FLOOR + radius * 0.4,
        ground,
        Colour.DARK,
        Colour.DARK,
        0.6 * shadow,
        0.03);
    if (i > 0) {
      canvas.flash(startX + speedX * chain[i], FLOOR, colour, events.get(i - 1).loudness(), age);
    }
    double squash = i > 0 || age < 0 ? 0.28 * Math.exp(-age / 0.05) : 0;
    double ry = radius * (1 - squash);
    double rx = radius * (1 + 0.7 * squash);
    canvas.ellipse(x, FLOOR - height - ry, rx, ry, colour);
    canvas.glow(x - 0.3 * rx, FLOOR - height - 1.4 * ry, 0.3 * rx, 0.3 * ry, Colour.WHITE, 0.6);
  }

  private double height(double time) {
    int i = ImpactTimes.interval(chain, time);
    if (Double.isInfinite(chain[i + 1])) {
      return 0;
    }
    double s = time - chain[i];
    return Math.max(0, 0.5 * gravity * s * (chain[i + 1] - chain[i] - s));
  }

  @Override
  public void sound(SoundTrack track, SplittableRandom random) {
    for (var event : events) {
      track.strike(event.time(), hertz, 0.75 * event.loudness(), Modes.BALL, random);
    }
  }

  @Override
  public List<Event> events() {
    return events;
  }

  @Override
  public Position source(Canvas canvas, double time) {
    return canvas.position(startX + speedX * time, FLOOR - height(time) - radius);
  }

  @Override
  public Thing thing() {
    double way = speedX * seconds;
    return Thing.of(Subject.BALL)
        .coloured(hue)
        .counted(events.size())
        .of(Material.RUBBER)
        .that(Trait.SMALL, radius < 0.08)
        .that(Trait.LARGE, radius > 0.115)
        .that(Trait.LEFTWARDS, way < -0.2)
        .that(Trait.RIGHTWARDS, way > 0.2);
  }
}
