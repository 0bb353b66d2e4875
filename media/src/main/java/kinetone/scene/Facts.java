package kinetone.scene;

import java.util.List;
import java.util.Optional;

/**
 * What is true of a scene, as far as words can say it: captions are made from this, and benches
 * measure against it.
 *
 * @param kind what happens
 * @param things all that is seen and heard, two at most
 * @param place where
 */
public record Facts(SceneKind kind, List<Thing> things, Place place) {
  /** Copies. */
  public Facts {
    things = List.copyOf(things);
  }

  /**
   * The thing that words are mostly about: the one whose events are counted, or else the first; of
   * two balls the left one.
   */
  public Thing main() {
    return things.stream().filter(thing -> thing.count() > 0).findFirst().orElse(things.get(0));
  }

  /** The colour of the main thing; none where it has none or several. */
  public Optional<ColourName> colour() {
    var colours = main().colours().stream().distinct().toList();
    return colours.size() == 1 ? Optional.of(colours.get(0)) : Optional.empty();
  }

  /** How many impacts there are in all; 0 where none are counted. */
  public int count() {
    return things.stream().mapToInt(Thing::count).sum();
  }
}
