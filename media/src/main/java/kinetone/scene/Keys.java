package kinetone.scene;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import kinetone.scene.Thing.Subject;

/**
 * A row of keys; a pressed key sinks, lights up and fades with its note. Pitch rises rightwards.
 */
final class Keys implements Actor {
  /** Semitones of a pentatonic scale, so that any order of keys is pleasant. */
  private static final int[] SCALE = {0, 2, 4, 7, 9, 12, 14};

  private static final double TOP = 0.34;
  private static final double BOTTOM = 0.78;

  private final int count;
  private final double left;
  private final double right;
  private final double top;
  private final double root;
  private final double firstHue;
  private final Colour rest;
  private final int[] pressed;
  private final List<Event> events = new ArrayList<>();

  Keys(
      SplittableRandom random,
      Backdrop backdrop,
      double left,
      double right,
      int count,
      double seconds) {
    this.count = count;
    this.left = left;
    this.right = right;
    top = random.nextDouble(TOP - 0.06, TOP + 0.1);
    root = 220 * Math.pow(2, random.nextInt(0, 13) / 12.0);
    firstHue = random.nextDouble();
    rest = Colour.hsv(backdrop.hue() + 0.5, 0.12, 0.62);
    double[] times = ImpactTimes.scattered(random, seconds);
    pressed = new int[times.length];
    for (int i = 0; i < times.length; i++) {
      pressed[i] = random.nextInt(count);
      events.add(new Event(times[i], random.nextDouble(0.5, 1), Event.Kind.KEY));
    }
  }

  private Colour colour(int key) {
    return Colour.hsv(hue(key), 0.75, 1);
  }

  private double hue(int key) {
    return firstHue + 0.75 * key / count;
  }

  private double x(int key) {
    return left + (key + 0.5) * (right - left) / count;
  }

  @Override
  public void prepare(Canvas canvas) {
    double width = right - left + 0.08;
    double x = (left + right) / 2;
    canvas.fill(
        x - width / 2,
        top - 0.06,
        x + width / 2,
        BOTTOM + 0.09,
        Shape.box(x, (top + BOTTOM + 0.03) / 2, width / 2, (BOTTOM + 0.15 - top) / 2, 0.05),
        Colour.DARK.towards(rest, 0.25),
        Colour.DARK);
    canvas.keepAsBackdrop();
  }

  @Override
  public void draw(Canvas canvas, double time) {
    double half = 0.5 * (right - left) / count;
    double[] light = new double[count];
    for (int i = 0; i < pressed.length; i++) {
      double age = time - events.get(i).time();
      if (age >= 0) {
        double strength = (0.6 + 0.4 * events.get(i).loudness()) * Math.exp(-age / 0.2);
        light[pressed[i]] = Math.max(light[pressed[i]], strength);
      }
    }
    for (int key = 0; key < count; key++) {
      double on = light[key];
      double sink = 0.05 * Math.min(1, 1.3 * on);
      Colour face = rest.towards(colour(key), Math.min(1, 0.25 + 1.1 * on));
      double y0 = top + sink;
      double y1 = BOTTOM + sink;
      canvas.fill(
          x(key) - half,
          y0,
          x(key) + half,
          y1,
          Shape.box(x(key), (y0 + y1) / 2, 0.85 * half, (y1 - y0) / 2, 0.03),
          face.towards(Colour.DARK, 0.3),
          face.towards(Colour.WHITE, 0.15 + 0.35 * on));
    }
    for (int key = 0; key < count; key++) {
      canvas.glow(x(key), BOTTOM - 0.1, 1.5 * half, 0.18, colour(key), 0.6 * light[key]);
    }
  }

  @Override
  public void sound(SoundTrack track, SplittableRandom random) {
    for (int i = 0; i < pressed.length; i++) {
      var event = events.get(i);
      double hertz = root * Math.pow(2, SCALE[pressed[i]] / 12.0);
      track.strike(event.time(), hertz, 0.95 * event.loudness(), Modes.KEY, random);
    }
  }

  @Override
  public List<Event> events() {
    return events;
  }

  @Override
  public Position source(Canvas canvas, double time) {
    return canvas.position(x(pressed[Actor.nearest(events, time)]), BOTTOM - 0.1);
  }

  @Override
  public Thing thing() {
    Thing thing = Thing.of(Subject.KEYS).counted(pressed.length);
    for (int key : pressed) {
      thing = thing.coloured(hue(key));
    }
    return thing;
  }
}
