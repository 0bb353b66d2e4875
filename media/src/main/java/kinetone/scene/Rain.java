package kinetone.scene;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import kinetone.scene.Thing.Material;
import kinetone.scene.Thing.Subject;
import kinetone.scene.Thing.Trait;

/**
 * Rain on water: drops fall, ring where they land, and each is heard; their number per second
 * swells and ebbs, and a hiss follows it.
 */
final class Rain implements Actor {
  private static final double SURFACE = 0.74;
  private static final double DEPTH = 0.2;
  private static final double FALL = 1.7;

  private final List<Drop> drops = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private final double rate;
  private final double swell;
  private final double phase;
  private final double level;
  private final Colour drop;
  private final Colour ripple;

  private record Drop(double time, double x, double y, double loudness) {}

  /**
   * A shower.
   *
   * @param level how loud it is, 1 when it is alone
   */
  Rain(SplittableRandom random, Backdrop backdrop, double level, double seconds) {
    this.level = level;
    rate = random.nextDouble(3.5, 8.5);
    swell = random.nextDouble(0.3, 0.7);
    phase = random.nextDouble();
    drop = Colour.hsv(0.55 + random.nextDouble(-0.06, 0.06), 0.3, 0.75);
    ripple = drop.towards(Colour.hsv(backdrop.hue(), 0.4, 0.9), 0.3);
    int count = (int) Math.ceil(rate * (seconds + 0.6));
    for (int i = 0; i < count; i++) {
      // One drop in each slot of time, anywhere within it: uneven but never clotted.
      double time = (i + random.nextDouble()) * (seconds + 0.6) / count;
      double depth = random.nextDouble();
      boolean falls = random.nextDouble() < density(time) / (1 + swell);
      double x = random.nextDouble(0.06, 0.94);
      if (falls) {
        double loudness = random.nextDouble(0.35, 0.7) + 0.3 * depth;
        drops.add(new Drop(time, x, SURFACE + DEPTH * depth, loudness));
        if (time < seconds) {
          events.add(new Event(time, loudness, Event.Kind.DROP));
        }
      }
    }
    events.sort(Comparator.comparingDouble(Event::time));
  }

  private double density(double time) {
    return 1 + swell * Math.sin(2 * Math.PI * (phase + 0.45 * time));
  }

  @Override
  public void prepare(Canvas canvas) {
    canvas.glow(0.5, 0.9, 0.6, 0.16, drop.towards(Colour.DARK, 0.45), 0.5);
    canvas.keepAsBackdrop();
  }

  @Override
  public void draw(Canvas canvas, double time) {
    for (var d : drops) {
      double age = time - d.time();
      if (age >= 0 && age < 0.7) {
        double r = 0.05 + 0.22 * age;
        double fade = Math.exp(-age / 0.2);
        Shape ring = Shape.ellipse(d.x(), d.y(), r, 0.4 * r).outline(0.02);
        canvas.fill(
            d.x() - r - 0.05,
            d.y() - r * 0.4 - 0.05,
            d.x() + r + 0.05,
            d.y() + r * 0.4 + 0.05,
            ring,
            ripple,
            ripple,
            0.8 * fade,
            0.03);
        canvas.glow(d.x(), d.y(), 0.05, 0.03, Colour.WHITE, 0.7 * Math.exp(-age / 0.08));
      }
    }
    for (var d : drops) {
      double age = time - d.time();
      double y = d.y() + FALL * age;
      if (age < 0 && y > canvas.top() - 0.2) {
        canvas.limb(
            d.x(), y - 0.16, d.x(), y - 0.045, 0.016, 0.046, drop.towards(Colour.DARK, 0.4), drop);
      }
    }
  }

  @Override
  public void sound(SoundTrack track, SplittableRandom random) {
    for (var d : drops) {
      double hertz = random.nextDouble(900, 2400);
      track.strike(d.time(), hertz, 0.3 * level * d.loudness(), Modes.DROP, random);
    }
    double gain = 0.015 * level * rate;
    Filter hiss = Filter.bandPass(2800, 0.6, track.sampleRate());
    track.noise(hiss, t -> gain * density(t), random);
  }

  @Override
  public List<Event> events() {
    return events;
  }

  @Override
  public Position source(Canvas canvas, double time) {
    if (events.isEmpty()) {
      return canvas.position(0.5, SURFACE + DEPTH / 2);
    }
    double instant = events.get(Actor.nearest(events, time)).time();
    Drop heard = drops.stream().filter(d -> d.time() == instant).findFirst().orElseThrow();
    return canvas.position(heard.x(), heard.y());
  }

  @Override
  public Thing thing() {
    return Thing.of(Subject.RAIN)
        .of(Material.WATER)
        .that(Trait.GENTLE, rate < 5)
        .that(Trait.HEAVY, rate > 6.5);
  }
}
