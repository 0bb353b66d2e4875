package kinetone.scene;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import kinetone.scene.Thing.Material;
import kinetone.scene.Thing.Subject;
import kinetone.scene.Thing.Trait;

/**
 * The sea with a buoy: waves travel through the picture, and the noise follows the height of the
 * water under the buoy.
 */
final class Waves implements Actor {
  private final double x;
  private final double rate;
  private final double phase;
  private final double length;
  private final double height;
  private final double direction;
  private final Colour sea;
  private final Colour buoy;
  private final Colour moon;
  private final double moonX;
  private final double hue;
  private final List<Event> events = new ArrayList<>();

  Waves(SplittableRandom random, Backdrop backdrop, double seconds) {
    x = random.nextDouble(0.3, 0.7);
    rate = random.nextDouble(0.5, 1.1);
    phase = random.nextDouble();
    length = random.nextDouble(0.8, 1.4);
    height = random.nextDouble(0.07, 0.13);
    direction = random.nextDouble() < 0.5 ? 1 : -1;
    sea = Colour.hsv(0.56 + random.nextDouble(-0.08, 0.06), 0.7, random.nextDouble(0.5, 0.75));
    hue = random.nextDouble(-0.05, 0.14);
    buoy = Colour.hsv(hue, 0.75, 1);
    moon = Colour.hsv(backdrop.hue() + 0.5, 0.2, 0.95);
    moonX = random.nextDouble(0.15, 0.85);
    for (int k = -2; k < 2 + seconds * rate; k++) {
      double time = (k + 0.25 - phase) / rate;
      if (time >= 0 && time < seconds) {
        events.add(new Event(time, 1, Event.Kind.CREST));
      }
    }
  }

  /** Height of the water above its mean, −1 to 1. */
  private double wave(double at, double time) {
    return Math.sin(2 * Math.PI * (phase + rate * time - direction * (at - x) / length));
  }

  @Override
  public void prepare(Canvas canvas) {
    canvas.glow(moonX, 0.2, 0.2, 0.2, moon, 0.3);
    canvas.disc(moonX, 0.2, 0.08, moon);
    canvas.keepAsBackdrop();
  }

  @Override
  public void draw(Canvas canvas, double time) {
    Colour deep = sea.towards(Colour.DARK, 0.7);
    layer(canvas, 0.52, 0.55, time + 0.35, sea.towards(moon, 0.25), sea.towards(Colour.DARK, 0.4));
    double y = surface(x, time);
    canvas.line(x, y - 0.03, x, y - 0.19, 0.025, buoy.towards(Colour.WHITE, 0.6));
    canvas.disc(x, y - 0.02, 0.09, buoy);
    layer(canvas, 0.62, 1, time, sea, deep);
    double foam = 0.5 + 0.5 * wave(x, time);
    canvas.glow(x, y + 0.04, 0.22, 0.05, Colour.WHITE, 0.55 * foam * foam);
  }

  private double surface(double at, double time) {
    return 0.62 - height * wave(at, time);
  }

  private void layer(
      Canvas canvas, double mean, double scale, double time, Colour top, Colour bottom) {
    Shape water = (px, py) -> mean - scale * height * wave(px, time) - py;
    canvas.fill(
        canvas.left(),
        mean - height,
        canvas.right(),
        canvas.bottom(),
        water,
        top.towards(Colour.WHITE, 0.15),
        bottom,
        1,
        0.02);
  }

  @Override
  public void sound(SoundTrack track, SplittableRandom random) {
    Filter surf = Filter.bandPass(700, 0.4, track.sampleRate());
    track.noise(surf, t -> 0.05 + 0.5 * height / 0.13 * Math.pow(rise(t), 2), random);
    Filter hiss = Filter.bandPass(3000, 0.6, track.sampleRate());
    track.noise(hiss, t -> 0.25 * height / 0.13 * Math.pow(rise(t), 3), random);
  }

  private double rise(double time) {
    return 0.5 + 0.5 * wave(x, time);
  }

  @Override
  public List<Event> events() {
    return events;
  }

  @Override
  public Position source(Canvas canvas, double time) {
    return canvas.position(x, surface(x, time) - 0.02);
  }

  @Override
  public Thing thing() {
    return Thing.of(Subject.WAVES)
        .coloured(hue)
        .of(Material.WATER)
        .that(Trait.GENTLE, height < 0.085)
        .that(Trait.HEAVY, height > 0.115);
  }
}
