package kinetone.scene;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What is true of one thing in a scene.
 *
 * @param subject what it is
 * @param colours what its colour is: none where no colour tells it apart, one for most, and for
 *     keys the colour of each press in order of time; a bell's is that of the pendulum's bob
 * @param count how often it bounces, strikes, steps or is pressed; 0 where nothing is counted
 * @param material what it is made of
 * @param traits what else is true
 */
public record Thing(
    Subject subject, List<ColourName> colours, int count, Material material, Set<Trait> traits) {
  /** What a thing is. */
  public enum Subject {
    /** A ball that bounces. */
    BALL,
    /** A bell and the pendulum that strikes it. */
    BELL,
    /** A figure that walks. */
    FIGURE,
    /** A row of keys. */
    KEYS,
    /** A beacon with a siren. */
    BEACON,
    /** Rain on water. */
    RAIN,
    /** A fire. */
    FIRE,
    /** A wheel with spokes. */
    WHEEL,
    /** Waves under a buoy; the colour is the buoy's. */
    WAVES;

    /** Its name in lower case. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What a thing is made of, where that is seen or heard. */
  public enum Material {
    /** Nothing that one could tell. */
    UNTOLD,
    /** Rubber. */
    RUBBER,
    /** Brass. */
    BRASS,
    /** Wood, burning. */
    WOOD,
    /** Water. */
    WATER
  }

  /** What may be true of a thing besides. */
  public enum Trait {
    /** Smaller than most of its kind: it sounds higher. */
    SMALL,
    /** Larger than most of its kind: it sounds lower. */
    LARGE,
    /** It moves from right to left. */
    LEFTWARDS,
    /** It moves from left to right. */
    RIGHTWARDS,
    /** It turns slower than most. */
    SLOW,
    /** It turns faster than most. */
    FAST,
    /** Rain, waves: less than most. */
    GENTLE,
    /** Rain, waves: more than most. */
    HEAVY
  }

  /** Copies. */
  public Thing {
    colours = List.copyOf(colours);
    var sorted = EnumSet.noneOf(Trait.class);
    sorted.addAll(traits);
    traits = Collections.unmodifiableSet(sorted);
  }

  static Thing of(Subject subject) {
    return new Thing(subject, List.of(), 0, Material.UNTOLD, Set.of());
  }

  /** This thing with one more colour, of a saturated hue in turns. */
  Thing coloured(double hue) {
    var more = new ArrayList<>(colours);
    more.add(ColourName.of(hue));
    return new Thing(subject, more, count, material, traits);
  }

  Thing counted(int times) {
    return new Thing(subject, colours, times, material, traits);
  }

  Thing of(Material stuff) {
    return new Thing(subject, colours, count, stuff, traits);
  }

  /** This thing with a trait, if it holds. */
  Thing that(Trait trait, boolean holds) {
    if (!holds) {
      return this;
    }
    var more = EnumSet.of(trait);
    more.addAll(traits);
    return new Thing(subject, colours, count, material, more);
  }

  /** Whether a trait holds. */
  public boolean is(Trait trait) {
    return traits.contains(trait);
  }
}
