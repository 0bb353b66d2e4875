package kinetone.common;

import java.util.Locale;

/**
 * Text out of files, names and messages of libraries as it may be shown to a person: a terminal
 * obeys control characters, so none of them may reach it.
 */
public final class Printable {
  private Printable() {}

  /** The text with control characters, line ends too, written out: {@code \n}, {@code \x1b}. */
  public static String of(Object text) {
    return escape(String.valueOf(text), false);
  }

  /** The first line of the text with control characters written out; never null. */
  public static String line(String text) {
    return text == null ? "no message" : text.lines().findFirst().map(Printable::of).orElse("");
  }

  /** Several lines: line ends and tabs stay, other control characters are written out. */
  public static String lines(String text) {
    return escape(text, true);
  }

  private static String escape(String text, boolean layout) {
    if (text.codePoints().noneMatch(c -> isControl(c, layout))) {
      return text;
    }
    StringBuilder safe = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              if (isControl(c, layout)) {
                safe.append(written(c));
              } else {
                safe.appendCodePoint(c);
              }
            });
    return safe.toString();
  }

  private static boolean isControl(int c, boolean layout) {
    if (layout && (c == '\n' || c == '\r' || c == '\t')) {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      // Of the invisible ones only those that turn the direction of what follows.
      case Character.FORMAT ->
          (c >= 0x202A && c <= 0x202E)
              || (c >= 0x2066 && c <= 0x2069)
              || c == 0x200E
              || c == 0x200F
              || c == 0x061C;
      default -> false;
    };
  }

  private static String written(int c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : "\\u%04x", c);
    };
  }
}
