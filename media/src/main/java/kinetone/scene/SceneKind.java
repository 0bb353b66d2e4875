package kinetone.scene;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What happens in a scene. */
public enum SceneKind {
  /** One or two balls bounce; pitch follows size, level follows impact speed. */
  BALL(true),
  /** A pendulum strikes a bell; pitch follows the bell's size, level the swing. */
  BELL(true),
  /** A figure walks; every footfall thuds. */
  FOOTSTEPS(true),
  /** Keys light up and sound, the pitch rising from left to right. */
  KEYS(true),
  /** A rotating beacon; pitch and level follow the direction of its beam. */
  SIREN(false),
  /** Drops fall on water; each is heard, over a hiss that follows their number. */
  RAIN(false),
  /** A fire whose roar follows the flame's height, with crackles that throw light. */
  FIRE(false),
  /** A wheel whose hum follows its speed, with a tick for each spoke that passes the clapper. */
  WHEEL(false),
  /** Waves whose noise follows the height of the water under a buoy. */
  WAVES(false),
  /** A bouncing ball in the rain. */
  BALL_IN_RAIN(false),
  /** Keys played beside a fire. */
  KEYS_BY_FIRE(false);

  private final boolean impacts;

  /** The names of all kinds in lower case, in order: the classes of models of scenes. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(SceneKind::label).toList();
  }

  SceneKind(boolean impacts) {
    this.impacts = impacts;
  }

  /** Its name in lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the sound is a sparse set of impacts, all of which the truth lists. */
  public boolean impacts() {
    return impacts;
  }
}
