package kinetone.scene;

import java.util.List;
import java.util.Locale;

/**
 * A colour as people say it: the circle of hues in eight parts, whose borders lie where English
 * changes the word. What captions say and what is measured on pictures are the same eight.
 */
public enum ColourName {
  /** Hues from 345° to 15°. */
  RED(345, 15, "red, crimson, scarlet"),
  /** 15° to 45°. */
  ORANGE(15, 45, "orange, amber"),
  /** 45° to 75°. */
  YELLOW(45, 75, "yellow, lemon yellow"),
  /** 75° to 165°. */
  GREEN(75, 165, "green, emerald"),
  /** 165° to 195°. */
  CYAN(165, 195, "cyan, turquoise"),
  /** 195° to 255°. */
  BLUE(195, 255, "blue, azure"),
  /** 255° to 285°. */
  PURPLE(255, 285, "purple, violet"),
  /** 285° to 345°. */
  PINK(285, 345, "pink, magenta");

  private final double from;
  private final double to;
  private final String words;

  ColourName(double from, double to, String words) {
    this.from = from;
    this.to = to;
    this.words = words;
  }

  /** The name of a saturated hue, in turns, any real number. */
  public static ColourName of(double hue) {
    double degrees = 360 * (hue - Math.floor(hue));
    for (var name : values()) {
      boolean within =
          name.from < name.to
              ? degrees >= name.from && degrees < name.to
              : degrees >= name.from || degrees < name.to;
      if (within) {
        return name;
      }
    }
    return RED;
  }

  /** Its first word in lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The words that captions use for it, the plain one first. */
  List<String> words() {
    return List.of(words.split(", "));
  }

  /**
   * How far a hue is outside of this name's part of the circle.
   *
   * @param hue turns, any real number
   * @return turns, 0 within, at most 0.5
   */
  public double distance(double hue) {
    double width = (to - from + 360) % 360 / 360;
    double past = hue - from / 360;
    past -= Math.floor(past);
    return past <= width ? 0 : Math.min(past - width, 1 - past);
  }
}
