package kinetone.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Field;
import kinetone.common.Check;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The values that a numeric option takes, ends included. It stands at every one of them but seeds,
 * of which all are good (a test keeps this), and is compared before a command begins.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface Within {
  /** The smallest. */
  double min();

  /** The largest. */
  double max();

  /** Compares the options of one command. */
  final class Ranges {
    private Ranges() {}

    /**
     * Requires that every option of {@code command} has a value that it takes.
     *
     * @throws kinetone.common.KinetoneException of kind USER when one has not
     */
    static void check(CommandSpec command) {
      for (OptionSpec option : command.options()) {
        if (option.userObject() instanceof Field field) {
          check(field, option.longestName(), option.getValue());
        }
      }
    }

    private static void check(Field field, String name, Object given) {
      Within range = field.getAnnotation(Within.class);
      if (range != null && given instanceof Number number) {
        double value = number.doubleValue();
        Check.that(
            value >= range.min() && value <= range.max(),
            "%s = %s, must be between %s and %s",
            name,
            number,
            plain(range.min()),
            plain(range.max()));
      }
    }

    private static String plain(double value) {
      return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
  }
}
