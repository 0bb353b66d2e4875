package kinetone.scene;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import kinetone.scene.Thing.Subject;
import kinetone.scene.Thing.Trait;

/**
 * A wheel that turns now faster, now slower. With ω its speed in turns per second, the hum's pitch
 * and level grow with ω, and each spoke that passes the clapper at the top ticks. The speed is kept
 * low enough that spokes do not appear to turn backwards at 8 pictures per second.
 */
final class Wheel implements Actor {
  private final int spokes;
  private final double speed;
  private final double depth;
  private final double rate;
  private final double phase;
  private final double start;
  private final double direction;
  private final double x;
  private final double y;
  private final double radius;
  private final double hertz;
  private final double hue;
  private final Colour colour;
  private final List<Event> events = new ArrayList<>();

  Wheel(SplittableRandom random, Backdrop backdrop, double seconds) {
    spokes = random.nextInt(3, 5);
    speed = random.nextDouble(1.0, 2.2) / spokes;
    depth = random.nextDouble(0.3, 0.6);
    rate = random.nextDouble(0.3, 0.6);
    phase = random.nextDouble();
    start = random.nextDouble();
    direction = random.nextDouble() < 0.5 ? 1 : -1;
    x = random.nextDouble(0.42, 0.58);
    y = random.nextDouble(0.52, 0.58);
    radius = random.nextDouble(0.24, 0.33);
    hertz = random.nextDouble(90, 160);
    hue = backdrop.contrast(random);
    colour = Colour.hsv(hue, 0.5, random.nextDouble(0.6, 0.75));
    double fastest = speed * (1 + depth);
    int next = (int) Math.ceil(spokes * turn(0));
    // Turns grow monotonically, so each passage is bracketed and bisected.
    for (; next <= spokes * turn(seconds); next++) {
      double low = 0;
      double high = seconds;
      for (int i = 0; i < 50; i++) {
        double middle = (low + high) / 2;
        if (spokes * turn(middle) < next) {
          low = middle;
        } else {
          high = middle;
        }
      }
      if (high < seconds) {
        double loudness = 0.3 + 0.7 * speed(high) / fastest;
        events.add(new Event(high, loudness, Event.Kind.TICK));
      }
    }
  }

  private double speed(double time) {
    return speed * (1 + depth * Math.sin(2 * Math.PI * (phase + rate * time)));
  }

  /** The integral of the speed, in turns. */
  private double turn(double time) {
    double angle = 2 * Math.PI * (phase + rate * time);
    return start + speed * (time - depth * Math.cos(angle) / (2 * Math.PI * rate));
  }

  @Override
  public void draw(Canvas canvas, double time) {
    double tick = 0;
    for (var event : events) {
      double age = time - event.time();
      if (age >= 0) {
        tick = Math.max(tick, event.loudness() * Math.exp(-age / 0.1));
      }
    }
    Colour stand = Colour.DARK.towards(colour, 0.15);
    canvas.line(x, y, x - 0.16, 1.1, 0.03, stand);
    canvas.line(x, y, x + 0.16, 1.1, 0.03, stand);
    double reach = radius + 0.05;
    canvas.fill(
        x - reach,
        y - reach,
        x + reach,
        y + reach,
        Shape.circle(x, y, radius).outline(0.035),
        colour,
        colour.towards(Colour.DARK, 0.3));
    for (int k = 0; k < spokes; k++) {
      double angle = 2 * Math.PI * (direction * turn(time) + k / (double) spokes);
      Colour spoke = k == 0 ? colour.towards(Colour.WHITE, 0.4) : colour;
      canvas.line(x, y, x + Math.sin(angle) * radius, y - Math.cos(angle) * radius, 0.03, spoke);
    }
    canvas.disc(x, y, 0.06, colour.towards(Colour.WHITE, 0.3));
    Colour clapper = Colour.hsv(hue + 0.5, 0.4, 0.75).towards(Colour.WHITE, tick);
    canvas.glow(x, y - radius - 0.03, 0.1, 0.08, clapper, 0.85 * tick);
    double tilt = direction * 0.06 * tick;
    canvas.limb(x, y - radius - 0.16, x + tilt, y - radius - 0.04, 0.05, 0.025, clapper, clapper);
  }

  @Override
  public void sound(SoundTrack track, SplittableRandom random) {
    track.tone(
        t -> hertz * (0.5 + speed(t) / speed),
        t -> 0.12 * Math.min(1.5, speed(t) / speed),
        1,
        0.5,
        0.25);
    for (var event : events) {
      track.strike(event.time(), 1100, 0.6 * event.loudness(), Modes.TICK, random);
    }
  }

  @Override
  public List<Event> events() {
    return events;
  }

  @Override
  public Position source(Canvas canvas, double time) {
    return canvas.position(x, y);
  }

  @Override
  public Thing thing() {
    // Ticks per second: that is what eye and ear take for the speed.
    return Thing.of(Subject.WHEEL)
        .coloured(hue)
        .that(Trait.SLOW, speed * spokes < 1.35)
        .that(Trait.FAST, speed * spokes > 1.85);
  }
}
