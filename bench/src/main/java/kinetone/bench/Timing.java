package kinetone.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import kinetone.common.Check;
import kinetone.tensor.Devices;
import org.bytedeco.pytorch.Device;

/** Seconds and their medians. */
final class Timing {
  private Timing() {}

  /** How long {@code work} takes on the CPU, in seconds. */
  static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  /** How long {@code work} takes until {@code device} has done it, from when it was idle. */
  static double seconds(Device device, Runnable work) {
    Devices.synchronize(device);
    return seconds(
        () -> {
          work.run();
          Devices.synchronize(device);
        });
  }

  /**
   * What this process has used of all processors so far, in seconds; not a number where the system
   * does not tell.
   */
  static double cpuSeconds() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getProcessCpuTime() / 1e9
        : Double.NaN;
  }

  /** The middle value, or the mean of the two middle ones. */
  static double median(double... values) {
    Check.atLeast("measurements", values.length, 1);
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** The smallest value. */
  static double min(double... values) {
    return Arrays.stream(values).min().orElseThrow();
  }
}
