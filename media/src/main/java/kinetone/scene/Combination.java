package kinetone.scene;

import java.util.List;
import java.util.Optional;
import kinetone.scene.Thing.Subject;

/**
 * A thing in a colour, or a thing that happens so often.
 *
 * @param subject the thing
 * @param colour its colour, where it is about colour
 * @param count how often, where it is about that; 0 elsewhere
 */
public record Combination(Subject subject, Optional<ColourName> colour, int count) {
  /**
   * The combinations that trainings may leave out, so that it can be measured whether a model puts
   * together what it has never seen together: each of the things, the colours and the counts occurs
   * in many others.
   */
  public static final List<Combination> HELD_OUT =
      List.of(
          of(Subject.BALL, ColourName.PURPLE),
          of(Subject.BELL, ColourName.RED),
          of(Subject.FIGURE, ColourName.ORANGE),
          of(Subject.BEACON, ColourName.GREEN),
          of(Subject.WHEEL, ColourName.BLUE),
          of(Subject.BALL, 4),
          of(Subject.BELL, 4),
          of(Subject.KEYS, 3));

  private static Combination of(Subject subject, ColourName colour) {
    return new Combination(subject, Optional.of(colour), 0);
  }

  private static Combination of(Subject subject, int count) {
    return new Combination(subject, Optional.empty(), count);
  }

  /** Whether a scene shows or sounds this. */
  public boolean in(Facts facts) {
    int sum = 0;
    for (var thing : facts.things()) {
      if (thing.subject() != subject) {
        continue;
      }
      sum += thing.count();
      if (colour.isPresent() ? thing.colours().contains(colour.get()) : thing.count() == count) {
        return true;
      }
    }
    return colour.isEmpty() && sum == count;
  }

  /** Whether a scene has any of those that are held out. */
  public static boolean heldOut(Facts facts) {
    return HELD_OUT.stream().anyMatch(combination -> combination.in(facts));
  }
}
