package kinetone.common;

/** Argument checks whose messages name the option, its value and the rule. */
public final class Check {
  private Check() {}

  /** Returns {@code value} when it is at least {@code min}. */
  public static int atLeast(String name, int value, int min) {
    if (value < min) {
      throw KinetoneException.user("%s = %d, must be at least %d", name, value, min);
    }
    return value;
  }

  /** Returns {@code value} when it is finite and at least {@code min}. */
  public static double atLeast(String name, double value, double min) {
    if (!(value >= min) || Double.isInfinite(value)) {
      throw KinetoneException.user("%s = %s, must be at least %s", name, value, min);
    }
    return value;
  }

  /** Returns {@code value} when it lies in [{@code min}, {@code max}]. */
  public static double within(String name, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw KinetoneException.user("%s = %s, must be between %s and %s", name, value, min, max);
    }
    return value;
  }

  /** Returns {@code value} when it lies in [{@code min}, {@code max}]. */
  public static int within(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw KinetoneException.user("%s = %d, must be between %d and %d", name, value, min, max);
    }
    return value;
  }

  /** Requires {@code value} to be a multiple of {@code divisor}. */
  public static void divisible(String name, int value, String divisorName, int divisor) {
    if (divisor <= 0 || value % divisor != 0) {
      throw KinetoneException.user(
          "%s = %d is not divisible by %s = %d", name, value, divisorName, divisor);
    }
  }

  /** Throws the given message as a user error unless {@code condition} holds. */
  public static void that(boolean condition, String format, Object... args) {
    if (!condition) {
      throw KinetoneException.user(format, args);
    }
  }
}
