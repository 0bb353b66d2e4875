package kinetone.scene;

import java.util.List;
import java.util.SplittableRandom;

/** Something in a scene that is seen and heard. Immutable once made. */
interface Actor {
  /** Draws what never moves, once per clip. */
  default void prepare(Canvas canvas) {}

  /** Draws the instant {@code time}, in seconds. */
  void draw(Canvas canvas, double time);

  /** Adds the sound of the whole clip; {@code random} serves noise only. */
  void sound(SoundTrack track, SplittableRandom random);

  /** What happens, in order of time. */
  List<Event> events();

  /** The place, on the canvas's picture, that sounds at {@code time}. */
  Position source(Canvas canvas, double time);

  /** What is true of it. */
  Thing thing();

  /** The event of a list in order of time that is nearest to {@code time}; its index. */
  static int nearest(List<Event> events, double time) {
    int best = 0;
    for (int i = 1; i < events.size(); i++) {
      if (Math.abs(events.get(i).time() - time) < Math.abs(events.get(best).time() - time)) {
        best = i;
      }
    }
    return best;
  }
}
