package kinetone.tensor;

import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the processor tells the sizes of its caches. */
final class CacheSizes {
  private static final Path FIRST_PROCESSOR = Path.of("/sys/devices/system/cpu/cpu0");

  private CacheSizes() {}

  /** Asks the operating system; true where it does not say anything about processors. */
  static boolean areKnown() {
    return Asked.KNOWN;
  }

  /**
   * Whether {@code processor}, a folder as Linux has them, names caches, if there is one at all.
   */
  static boolean areKnown(Path processor) {
    return !Files.isDirectory(processor) || Files.isDirectory(processor.resolve("cache/index0"));
  }

  /** Asked once: machines do not change. */
  private static final class Asked {
    private static final boolean KNOWN = areKnown(FIRST_PROCESSOR);
  }
}
