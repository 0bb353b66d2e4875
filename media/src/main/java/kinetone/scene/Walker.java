package kinetone.scene;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import kinetone.scene.Thing.Subject;
import kinetone.scene.Thing.Trait;

/**
 * A figure that walks on the spot or across the picture. Between two footfalls one foot stands and
 * the other swings; the body is highest in between. Level follows the length of the stride in time,
 * pitch the figure's size.
 */
final class Walker implements Actor {
  private static final double GROUND = 0.86;

  private final double[] chain;
  private final double stride;
  private final double startX;
  private final double direction;
  private final double size;
  private final Colour body;
  private final Colour legs;
  private final Colour shoes;
  private final Colour dust;
  private final double hue;
  private final List<Event> events = new ArrayList<>();

  Walker(SplittableRandom random, Backdrop backdrop, double seconds) {
    double pace = random.nextDouble(0.52, 1.1);
    chain = ImpactTimes.chain(random, seconds, p -> pace * random.nextDouble(0.82, 1.15));
    size = random.nextDouble(0.85, 1.1);
    stride = Math.min(0.17, 0.5 / (chain.length - 1)) * random.nextDouble(0.85, 1);
    direction = random.nextDouble() < 0.5 ? 1 : -1;
    double path = stride * (chain.length - 1);
    startX = 0.5 - direction * path / 2;
    hue = backdrop.contrast(random);
    body = Colour.hsv(hue, 0.55, 0.8);
    legs = Colour.hsv(hue + 0.08, 0.5, 0.6);
    shoes = Colour.hsv(hue + 0.45, 0.3, 0.85);
    dust = Colour.hsv(backdrop.hue(), 0.15, 0.95);
    double longest = 0;
    for (int i = 1; i < chain.length; i++) {
      longest = Math.max(longest, chain[i] - chain[i - 1]);
    }
    for (int i = 1; i < chain.length - 1; i++) {
      double loudness = 0.35 + 0.65 * (chain[i] - chain[i - 1]) / longest;
      events.add(new Event(chain[i], loudness, Event.Kind.STEP));
    }
  }

  /** Where the foot that lands at chain[i] stands. */
  private double footprint(int i) {
    return startX + direction * stride * i;
  }

  @Override
  public void draw(Canvas canvas, double time) {
    int i = ImpactTimes.interval(chain, time);
    double phase = (time - chain[i]) / (chain[i + 1] - chain[i]);
    double standing = footprint(i);
    double ease = phase * phase * (3 - 2 * phase);
    double swinging = footprint(i - 1) + (footprint(i + 1) - footprint(i - 1)) * ease;
    double lift = 0.17 * size * Math.sin(Math.PI * phase);
    double hipX = (standing + swinging) / 2;
    double hipY = GROUND - 0.3 * size - 0.03 * Math.sin(Math.PI * phase);
    for (int j = 1; j <= i; j++) {
      canvas.flash(
          footprint(j), GROUND + 0.02, dust, events.get(j - 1).loudness(), time - chain[j]);
    }
    // The two legs keep their identity from step to step: even footfalls belong to the near one.
    boolean nearStands = i % 2 == 0;
    leg(canvas, hipX, hipY, nearStands ? swinging : standing, nearStands ? lift : 0, 0.35);
    double neckY = hipY - 0.26 * size;
    canvas.limb(
        hipX,
        hipY - 0.02,
        hipX + direction * 0.015,
        neckY,
        0.06 * size,
        0.075 * size,
        body.towards(Colour.WHITE, 0.25),
        body);
    canvas.disc(
        hipX + direction * 0.03, neckY - 0.13 * size, 0.075 * size, shoes.towards(body, 0.25));
    leg(canvas, hipX, hipY, nearStands ? standing : swinging, nearStands ? 0 : lift, 0);
  }

  private void leg(
      Canvas canvas, double hipX, double hipY, double footX, double lift, double shade) {
    double footY = GROUND - 0.03 - lift;
    double kneeX = (hipX + footX) / 2 + direction * (0.02 + 0.35 * lift);
    double kneeY = (hipY + footY) / 2;
    Colour leg = legs.towards(Colour.DARK, shade);
    Colour shoe = shoes.towards(Colour.DARK, shade);
    canvas.line(hipX, hipY, kneeX, kneeY, 0.042 * size, leg);
    canvas.line(kneeX, kneeY, footX, footY, 0.036 * size, leg);
    canvas.line(footX, footY, footX + direction * 0.06 * size, footY, 0.038 * size, shoe);
  }

  @Override
  public void sound(SoundTrack track, SplittableRandom random) {
    for (var event : events) {
      track.strike(event.time(), 120 / size, 0.8 * event.loudness(), Modes.STEP, random);
    }
  }

  @Override
  public List<Event> events() {
    return events;
  }

  @Override
  public Position source(Canvas canvas, double time) {
    int i = Actor.nearest(events, time);
    return canvas.position(footprint(i + 1), GROUND - 0.03);
  }

  @Override
  public Thing thing() {
    return Thing.of(Subject.FIGURE)
        .coloured(hue)
        .counted(events.size())
        .that(Trait.SMALL, size < 0.92)
        .that(Trait.LARGE, size > 1.03)
        .that(Trait.LEFTWARDS, direction < 0)
        .that(Trait.RIGHTWARDS, direction > 0);
  }
}
