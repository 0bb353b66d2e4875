package kinetone.common;

import java.nio.file.Path;

/**
 * An error whose message is written for the person who caused it: one line that names the thing,
 * the value, the rule and the remedy. The command line prints the message alone and exits with
 * {@link Kind#exitCode()}. Control characters out of names and files are written out, see {@link
 * Printable}.
 */
public final class KinetoneException extends RuntimeException {
  /** Who can repair it. */
  public enum Kind {
    /** Bad input or options: the caller can repair it. */
    USER(2),
    /** Disk, memory or device: the machine is short of something. */
    RESOURCE(2),
    /** What Kinetone itself runs on fails: Java's memory, native libraries (EX_OSERR). */
    MACHINE(71),
    /** A fault of ours. */
    INTERNAL(70);

    private final int exitCode;

    Kind(int exitCode) {
      this.exitCode = exitCode;
    }

    /** The process exit status for this kind of error. */
    public int exitCode() {
      return exitCode;
    }
  }

  private final Kind kind;

  private KinetoneException(Kind kind, String message, Throwable cause) {
    super(Printable.lines(message), cause);
    this.kind = kind;
  }

  /** File names may hold line ends, which would cut the message or begin a false line. */
  private static String format(String format, Object... args) {
    Object[] safe = new Object[args.length];
    for (int i = 0; i < args.length; i++) {
      safe[i] = args[i] instanceof Path path ? Printable.of(path) : args[i];
    }
    return String.format(format, safe);
  }

  /** Bad input: {@code format} and {@code args} as in {@link String#format}. */
  public static KinetoneException user(String format, Object... args) {
    return new KinetoneException(Kind.USER, format(format, args), null);
  }

  /** Bad input found through {@code cause}. */
  public static KinetoneException user(Throwable cause, String format, Object... args) {
    return new KinetoneException(Kind.USER, format(format, args), cause);
  }

  /** A full disk, missing memory or device. */
  public static KinetoneException resource(Throwable cause, String format, Object... args) {
    return new KinetoneException(Kind.RESOURCE, format(format, args), cause);
  }

  /** What Kinetone runs on is missing or full, whatever was asked for. */
  public static KinetoneException machine(Throwable cause, String format, Object... args) {
    return new KinetoneException(Kind.MACHINE, format(format, args), cause);
  }

  /** A state that our own code must never reach. */
  public static KinetoneException internal(String format, Object... args) {
    return new KinetoneException(Kind.INTERNAL, format(format, args), null);
  }

  /** Who can repair it. */
  public Kind kind() {
    return kind;
  }
}
