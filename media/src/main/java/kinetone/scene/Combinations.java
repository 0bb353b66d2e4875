package kinetone.scene;

import java.util.Locale;
import kinetone.common.Check;
import kinetone.common.KinetoneException;

/** Which combinations of thing, colour and count the scenes of a collection may have. */
public enum Combinations {
  /** Whatever chance brings. */
  ALL,
  /**
   * All but {@link Combination#HELD_OUT}: what a model learns from that is tested on the others.
   */
  COMMON,
  /** Scenes with one of {@link Combination#HELD_OUT} only. */
  HELD_OUT;

  /**
   * Between a number and the one that stands for it if it does not fit: so far apart that no two
   * numbers of a collection meet.
   */
  private static final long STRIDE = 1L << 36;

  private static final int TRIES = 10_000;

  /** Its name in lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The number of the scene that stands at {@code index}: the same one where that fits, and a
   * distant one elsewhere. {@link #COMMON} keeps the kind, so that kinds stay as frequent as the
   * mix says. A function of the generator and the index alone.
   *
   * @param index 0 to 2³⁶ − 1
   */
  public long number(SceneGenerator scenes, long index) {
    if (this == ALL) {
      return index;
    }
    Check.that(
        index >= 0 && index < STRIDE, "scene index = %d, must be 0 to %d", index, STRIDE - 1);
    SceneKind kind = scenes.kind(index);
    for (int attempt = 0; attempt < TRIES; attempt++) {
      long number = index + attempt * STRIDE;
      if (this == COMMON && scenes.kind(number) != kind) {
        continue;
      }
      if (Combination.heldOut(scenes.facts(number)) == (this == HELD_OUT)) {
        return number;
      }
    }
    throw KinetoneException.user(
        "no scene of kind %s has %s combinations; choose other kinds or combinations",
        kind.label(), label());
  }
}
