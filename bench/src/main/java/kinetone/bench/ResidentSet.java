package kinetone.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.common.KinetoneException;

/** How much physical memory this process holds, on Linux. */
final class ResidentSet {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String NOW = "VmRSS:";
  private static final String PEAK = "VmHWM:";

  private ResidentSet() {}

  /** Bytes now. */
  static long bytes() {
    return bytes(status(), NOW);
  }

  /** The most bytes since the process began. */
  static long peakBytes() {
    return bytes(status(), PEAK);
  }

  private static List<String> status() {
    if (!Files.isReadable(STATUS)) {
      throw KinetoneException.user("memory is measured through %s, which only Linux has", STATUS);
    }
    try {
      return Files.readAllLines(STATUS);
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot read %s", STATUS);
    }
  }

  /** The resident set in the lines of a status file. */
  static long bytes(List<String> status) {
    return bytes(status, NOW);
  }

  private static long bytes(List<String> status, String key) {
    return status.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.replaceAll("\\D", ""))
        .mapToLong(kibibytes -> Long.parseLong(kibibytes) * 1024)
        .findFirst()
        .orElseThrow(() -> KinetoneException.internal("%s has no line %s", STATUS, key));
  }
}
