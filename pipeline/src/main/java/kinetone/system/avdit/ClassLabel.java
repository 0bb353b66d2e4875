package kinetone.system.avdit;

import java.util.OptionalInt;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.model.dit.DiTConfig;

/** Which class of the base a request means by {@link AvDitOptions#CLASS_LABEL}. */
record ClassLabel(Choice choice, int number) {
  /** No class. */
  static final ClassLabel NOBODYS = new ClassLabel(Choice.NONE, 0);

  private static final String ANY = "any";
  private static final String NONE = "none";

  /** How a class is chosen. */
  enum Choice {
    NONE,
    ANY,
    ONE
  }

  /**
   * Reads {@code text}.
   *
   * @throws KinetoneException of kind USER when the base has no such class
   */
  static ClassLabel read(String text, DiTConfig base) {
    boolean named = base.labels() != null;
    if (text.equals(NONE) || (text.isEmpty() && !named)) {
      return NOBODYS;
    }
    if (text.equals(ANY) || text.isEmpty()) {
      return new ClassLabel(Choice.ANY, 0);
    }
    int number =
        IntStream.range(0, named ? base.classes() : 0)
            .filter(i -> base.labels().get(i).equalsIgnoreCase(text))
            .findFirst()
            .orElseGet(() -> number(text, base));
    return new ClassLabel(Choice.ONE, number);
  }

  private static int number(String text, DiTConfig base) {
    boolean digits = text.matches("[0-9]{1,9}");
    Check.that(
        digits && Integer.parseInt(text) < base.classes(),
        "class_label '%s' is unknown; use any, none, %sor a number from 0 to %d",
        text,
        base.labels() == null ? "" : String.join(", ", base.labels()) + ", ",
        base.classes() - 1);
    return Integer.parseInt(text);
  }

  /** The class, if there is one; {@code drawn} gives a uniform number in [0, 1). */
  OptionalInt of(DiTConfig base, DoubleSupplier drawn) {
    return switch (choice) {
      case NONE -> OptionalInt.empty();
      case ONE -> OptionalInt.of(number);
      case ANY -> OptionalInt.of((int) (drawn.getAsDouble() * base.classes()));
    };
  }
}
