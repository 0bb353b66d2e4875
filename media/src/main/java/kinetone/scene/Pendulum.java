package kinetone.scene;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import kinetone.scene.Thing.Material;
import kinetone.scene.Thing.Subject;
import kinetone.scene.Thing.Trait;

/**
 * A pendulum that strikes a bell at the end of its swing and rebounds: between two strikes its
 * angle leaves the bell as a half sine. Pitch is inverse to the bell's size, level proportional to
 * the swing.
 */
final class Pendulum implements Actor {
  private static final double PIVOT_Y = 0.08;
  private static final double ROD = 0.62;
  private static final double BOB = 0.06;
  private static final double BELL_Y = 0.62;

  private final double[] chain;
  private final double side;
  private final double pivotX;
  private final double size;
  private final double swing;
  private final Colour bob;
  private final Colour bell;
  private final double bobHue;
  private final double meanGap;
  private final List<Event> events = new ArrayList<>();

  Pendulum(SplittableRandom random, Backdrop backdrop, double seconds) {
    double period = random.nextDouble(0.52, 1.1);
    chain = ImpactTimes.chain(random, seconds, p -> period * random.nextDouble(0.85, 1.15));
    meanGap = period;
    side = random.nextDouble() < 0.5 ? 1 : -1;
    pivotX = 0.5 - side * random.nextDouble(0.02, 0.08);
    size = random.nextDouble(0.8, 1.3);
    swing = random.nextDouble(0.5, 0.8);
    double hue = random.nextDouble(0.08, 0.15);
    bobHue = backdrop.contrast(random);
    bob = Colour.hsv(bobHue, 0.55, 1);
    bell = Colour.hsv(hue, 0.65, 0.8);
    for (int i = 1; i < chain.length - 1; i++) {
      double loudness = Math.min(1, 0.2 + 0.8 * amplitude(i - 1) / 0.85);
      events.add(new Event(chain[i], loudness, Event.Kind.STRIKE));
    }
  }

  private double amplitude(int interval) {
    double gap = chain[interval + 1] - chain[interval];
    return swing * Math.min(1.1, gap / meanGap);
  }

  /** Radians from the vertical, positive towards the bell. */
  private double angle(double time) {
    int i = ImpactTimes.interval(chain, time);
    double phase = (time - chain[i]) / (chain[i + 1] - chain[i]);
    return 0.2 - amplitude(i) * Math.sin(Math.PI * phase);
  }

  private double bellX() {
    // The bob's edge touches the bell's flank at the angle of contact.
    return pivotX + side * (Math.sin(0.2) * ROD + BOB + 0.1 * size);
  }

  @Override
  public void draw(Canvas canvas, double time) {
    int i = ImpactTimes.interval(chain, time);
    double age = i > 0 ? time - chain[i] : Double.POSITIVE_INFINITY;
    double ring = Math.exp(-age / 0.18);
    double x = bellX() + side * 0.02 * ring * Math.cos(25 * Math.min(age, 9));
    Colour shine = bell.towards(Colour.WHITE, 0.75 * ring);
    canvas.line(bellX(), canvas.top() - 0.1, x, BELL_Y - 0.15 * size, 0.022, Colour.DARK);
    canvas.glow(x, BELL_Y, 0.2, 0.2, bell, 0.55 * ring);
    double up = BELL_Y - 0.1 * size;
    double down = BELL_Y + 0.09 * size;
    Colour shade = shine.towards(Colour.DARK, 0.35);
    canvas.limb(x, up, x, down - 0.02, 0.075 * size, 0.115 * size, shine, shade);
    canvas.line(x - 0.11 * size, down + 0.05, x + 0.11 * size, down + 0.05, 0.035, shine);
    double bobX = pivotX + side * Math.sin(angle(time)) * ROD;
    double bobY = PIVOT_Y + Math.cos(angle(time)) * ROD;
    canvas.line(pivotX, PIVOT_Y, bobX, bobY, 0.018, bob.towards(Colour.DARK, 0.55));
    canvas.disc(pivotX, PIVOT_Y, 0.035, bob.towards(Colour.DARK, 0.4));
    canvas.disc(bobX, bobY, BOB, bob);
  }

  @Override
  public void sound(SoundTrack track, SplittableRandom random) {
    double hertz = 620 / (size * size);
    for (var event : events) {
      track.strike(event.time(), hertz, 0.75 * event.loudness(), Modes.BELL, random);
    }
  }

  @Override
  public List<Event> events() {
    return events;
  }

  @Override
  public Position source(Canvas canvas, double time) {
    return canvas.position(bellX(), BELL_Y);
  }

  @Override
  public Thing thing() {
    return Thing.of(Subject.BELL)
        .coloured(bobHue)
        .counted(events.size())
        .of(Material.BRASS)
        .that(Trait.SMALL, size < 0.95)
        .that(Trait.LARGE, size > 1.12);
  }
}
