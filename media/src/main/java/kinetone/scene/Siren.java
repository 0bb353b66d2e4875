package kinetone.scene;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import kinetone.scene.Thing.Subject;
import kinetone.scene.Thing.Trait;

/**
 * A beacon whose beam turns. With φ its direction, measured from straight down: the pitch is f₀
 * 2^(a sin φ), rising and falling once per turn, and the level is largest when the beam points down
 * to the listener.
 */
final class Siren implements Actor {
  private final double turns;
  private final double phase;
  private final double x;
  private final double y;
  private final double hertz;
  private final double octaves;
  private final double hue;
  private final Colour colour;
  private final List<Event> events = new ArrayList<>();

  Siren(SplittableRandom random, double seconds) {
    turns = random.nextDouble(0.35, 1.3) * (random.nextDouble() < 0.5 ? 1 : -1);
    phase = random.nextDouble();
    x = random.nextDouble(0.35, 0.65);
    y = random.nextDouble(0.35, 0.55);
    hertz = random.nextDouble(350, 800);
    octaves = random.nextDouble(0.25, 0.6);
    hue = random.nextDouble();
    colour = Colour.hsv(hue, 0.65, 1);
    for (int k = -2; k < 2 + seconds * Math.abs(turns); k++) {
      double time = (k - Math.signum(turns) * phase) / Math.abs(turns);
      if (time >= 0 && time < seconds) {
        events.add(new Event(time, 1, Event.Kind.SWEEP));
      }
    }
  }

  private double direction(double time) {
    return 2 * Math.PI * (phase + turns * time);
  }

  @Override
  public void draw(Canvas canvas, double time) {
    double dx = Math.sin(direction(time));
    double dy = Math.cos(direction(time));
    Shape beam =
        (px, py) -> {
          double rx = px - x;
          double ry = py - y;
          double r = Math.sqrt(rx * rx + ry * ry) + 1e-6;
          double cos = (rx * dx + ry * dy) / r;
          double edge = Math.min(1, r / 0.1);
          return cos <= 0 ? 0 : 0.85 * Math.pow(cos, 10) * edge / (1 + 1.6 * r * r);
        };
    canvas.light(colour, beam);
    canvas.disc(x, y, 0.1, Colour.DARK.towards(colour, 0.35));
    canvas.disc(x + 0.035 * dx, y + 0.035 * dy, 0.06, colour.towards(Colour.WHITE, 0.4));
    canvas.glow(x, y, 0.13, 0.13, colour, 0.3 + 0.3 * (0.5 + 0.5 * dy));
  }

  @Override
  public void sound(SoundTrack track, SplittableRandom random) {
    track.tone(
        t -> hertz * Math.pow(2, octaves * Math.sin(direction(t))),
        t -> 0.3 * (0.25 + 0.75 * (0.5 + 0.5 * Math.cos(direction(t)))),
        1,
        0.45,
        0.3,
        0.15);
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
    return Thing.of(Subject.BEACON)
        .coloured(hue)
        .that(Trait.SLOW, Math.abs(turns) < 0.6)
        .that(Trait.FAST, Math.abs(turns) > 1);
  }
}
