package kinetone.scene;

import java.util.Optional;

/**
 * Where a scene plays.
 *
 * @param colour the room's (for waves the sky's); none where wall and floor differ too much to say
 * @param light how bright it is
 */
public record Place(Optional<ColourName> colour, Light light) {
  /** How bright a place is. */
  public enum Light {
    /** Darker than most. */
    DARK,
    /** Neither. */
    MEDIUM,
    /** Brighter than most. */
    BRIGHT
  }
}
