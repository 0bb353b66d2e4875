package kinetone.scene;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import kinetone.scene.Thing.Material;
import kinetone.scene.Thing.Subject;

/**
 * A fire: the roar's level follows the square of the flame's height, and each crackle throws a
 * flash of light and a spark.
 */
final class Fire implements Actor {
  private static final double GROUND = 0.86;

  private final double x;
  private final double base;
  private final double level;
  private final double[] rates;
  private final double[] phases;
  private final double hue;
  private final double size;
  private final double[] sparkSlant;
  private final List<Event> events = new ArrayList<>();

  /**
   * A fire.
   *
   * @param x its place on the stage
   * @param size 1 when it is alone
   * @param level how loud it is, 1 when it is alone
   */
  Fire(SplittableRandom random, double x, double size, double level, double seconds) {
    this.x = x;
    this.size = size;
    this.level = level;
    base = random.nextDouble(0.3, 0.42) * size;
    hue = random.nextDouble(0.015, 0.05);
    rates = new double[] {0.7, 1.3, 2.3};
    phases = new double[6];
    for (int i = 0; i < 6; i++) {
      phases[i] = random.nextDouble();
    }
    double time = random.nextDouble(0.05, 0.6);
    while (time < seconds - 0.05) {
      events.add(new Event(time, random.nextDouble(0.4, 1), Event.Kind.CRACKLE));
      time += 0.15 - 0.45 * Math.log(1 - random.nextDouble());
    }
    sparkSlant = new double[events.size()];
    for (int i = 0; i < sparkSlant.length; i++) {
      sparkSlant[i] = random.nextDouble(-0.5, 0.5);
    }
  }

  /** The flame's height relative to its mean, between 0.4 and 1.6. */
  private double flame(double time) {
    double sum = 0;
    for (int i = 0; i < rates.length; i++) {
      sum += Math.sin(2 * Math.PI * (phases[i] + rates[i] * time)) / (1.8 + 0.8 * i);
    }
    return 1 + 0.5 * sum;
  }

  private double sway(double time) {
    return 0.05
        * size
        * (Math.sin(2 * Math.PI * (phases[3] + 1.1 * time))
            + 0.6 * Math.sin(2 * Math.PI * (phases[4] + 2.1 * time)));
  }

  @Override
  public void draw(Canvas canvas, double time) {
    double pop = 0;
    for (var event : events) {
      double age = time - event.time();
      if (age >= 0) {
        pop += event.loudness() * Math.exp(-age / 0.09);
      }
    }
    double height = base * flame(time);
    double sway = sway(time);
    double brightness = Math.min(1, 0.4 + 0.3 * (flame(time) - 1) + 0.4 * pop);
    Colour light = Colour.hsv(hue + 0.02, 0.75, 1);
    canvas.glow(x, GROUND - height * 0.6, 0.34 * size, 0.3 * size, light, brightness);
    double w = 0.13 * size;
    logs(canvas);
    tongue(canvas, 0.95, 1, w, height, sway, Colour.hsv(hue, 0.9, 0.95));
    tongue(canvas, 0.68, 0.78, w, height, sway, Colour.hsv(hue + 0.05, 0.85, 1));
    tongue(canvas, 0.4, 0.55, w, height, sway, Colour.hsv(hue + 0.11, 0.5, 1));
    for (int i = 0; i < sparkSlant.length; i++) {
      double age = time - events.get(i).time();
      if (age >= 0 && age < 0.6) {
        double sx = x + sparkSlant[i] * (0.15 + age) * size;
        double sy = GROUND - 0.3 * size - age * 0.8;
        canvas.glow(sx, sy, 0.028, 0.028, light, Math.exp(-age / 0.25));
      }
    }
  }

  private void logs(Canvas canvas) {
    Colour bark = Colour.hsv(0.06, 0.6, 0.3);
    double w = 0.17 * size;
    canvas.line(x - w, GROUND + 0.02, x + w, GROUND - 0.03, 0.045 * size, bark);
    canvas.line(x - w, GROUND - 0.03, x + w, GROUND + 0.02, 0.045 * size, bark);
  }

  /** A soft flame: round at the foot, narrowing to a point that sways. */
  private void tongue(
      Canvas canvas,
      double wide,
      double high,
      double width,
      double height,
      double sway,
      Colour colour) {
    double w = width * wide;
    double foot = GROUND - w - 0.01;
    double tip = foot - Math.max(0.02, height * high - w);
    Shape shape =
        (px, py) -> {
          double up = Math.max(0, Math.min(1, (foot - py) / (foot - tip)));
          double cx = x + sway * up * up;
          double narrow = w * (1 - up) * (1 + 0.5 * up);
          double below = Math.max(0, py - foot);
          double above = Math.max(0, tip - py);
          double d = Math.sqrt((px - cx) * (px - cx) + (below + above) * (below + above));
          return d - narrow;
        };
    Colour dark = colour.towards(Colour.hsv(hue, 1, 0.85), 0.35);
    canvas.fill(x - width - 0.15, tip, x + width + 0.15, GROUND, shape, dark, colour, 0.92, 0.035);
  }

  @Override
  public void sound(SoundTrack track, SplittableRandom random) {
    Filter roar = Filter.lowPass(420, 0.7, track.sampleRate());
    track.noise(roar, t -> 0.5 * level * flame(t) * flame(t), random);
    Filter hiss = Filter.bandPass(1600, 0.5, track.sampleRate());
    track.noise(hiss, t -> 0.03 * level * flame(t) * flame(t), random);
    for (var event : events) {
      double hertz = random.nextDouble(1500, 3200);
      track.strike(event.time(), hertz, 0.5 * level * event.loudness(), Modes.CRACKLE, random);
    }
  }

  @Override
  public List<Event> events() {
    return events;
  }

  @Override
  public Position source(Canvas canvas, double time) {
    return canvas.position(x, GROUND - 0.35 * base);
  }

  @Override
  public Thing thing() {
    return Thing.of(Subject.FIRE).of(Material.WOOD);
  }
}
