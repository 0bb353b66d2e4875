package kinetone.common;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/** What work needs against what the machine has. */
public final class Memory {
  private static final double GIB = 1L << 30;

  private Memory() {}

  /**
   * Requires that the machine has {@code bytes} of memory, of which {@code what} needs more than
   * that: what is certain to fail shall not begin.
   *
   * @param what the thing with its numbers, as the subject of a sentence
   * @param remedy what to make smaller
   * @throws KinetoneException of kind USER with both figures
   */
  public static void require(String what, double bytes, String remedy) {
    double there = physical();
    Check.that(
        bytes <= there,
        "%s needs more than %s of memory, this machine has %s; %s",
        what,
        gib(bytes),
        gib(there),
        remedy);
  }

  /** Bytes as people read them. */
  public static String gib(double bytes) {
    return String.format(Locale.ROOT, bytes < 0.1 * GIB ? "%.3f GiB" : "%.1f GiB", bytes / GIB);
  }

  private static double physical() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean machine
        ? machine.getTotalMemorySize()
        : Double.POSITIVE_INFINITY;
  }
}
