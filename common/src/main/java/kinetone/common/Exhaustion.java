package kinetone.common;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Tells faults that come of asking for more than memory or integers hold from other faults: what
 * was asked for has to become smaller, nothing is broken.
 */
public final class Exhaustion {
  /** How the C++ libraries say it. */
  private static final Pattern NATIVE =
      Pattern.compile(
          "can't allocate memory|bad_alloc|not enough memory|out of memory|bad array new length"
              + "|length_error|vector::reserve|calculation overflowed|numel: integer multiplication"
              + " overflow|negative dimension|array too large");

  private Exhaustion() {}

  /** Whether {@code fault}, or what caused it, is of that kind. */
  public static boolean isCauseOf(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError
          || cause instanceof NegativeArraySizeException
          || (cause instanceof ArithmeticException && says(cause, "overflow"))
          || (cause instanceof RuntimeException
              && cause.getMessage() != null
              && NATIVE.matcher(lower(cause)).find())) {
        return true;
      }
    }
    return false;
  }

  private static boolean says(Throwable cause, String word) {
    return cause.getMessage() != null && lower(cause).contains(word);
  }

  private static String lower(Throwable cause) {
    return cause.getMessage().toLowerCase(Locale.ROOT);
  }
}
