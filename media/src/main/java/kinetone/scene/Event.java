package kinetone.scene;

/**
 * Something audible and visible that happens at one instant.
 *
 * @param time seconds from the start of the clip
 * @param loudness linear and relative to the loudest possible event of its kind, in (0, 1]
 * @param kind what happens
 */
public record Event(double time, double loudness, Kind kind) {
  /** What happens at the instant. */
  public enum Kind {
    /** A ball meets the floor. */
    BOUNCE,
    /** A bell is struck. */
    STRIKE,
    /** A foot meets the ground. */
    STEP,
    /** A key is pressed. */
    KEY,
    /** A beacon's beam points straight down, towards the listener: the siren is loudest. */
    SWEEP,
    /** A drop meets the water. */
    DROP,
    /** A fire crackles. */
    CRACKLE,
    /** A spoke passes the clapper. */
    TICK,
    /** The water is highest. */
    CREST
  }

  /** Whether this is one of the sparse, sharp impacts (bounce, strike, step or key). */
  public boolean impact() {
    return switch (kind) {
      case BOUNCE, STRIKE, STEP, KEY -> true;
      case SWEEP, DROP, CRACKLE, TICK, CREST -> false;
    };
  }
}
