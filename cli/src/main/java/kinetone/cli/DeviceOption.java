package kinetone.cli;

import kinetone.pipeline.Kinetone;
import kinetone.tensor.Devices;
import kinetone.tensor.Precision;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.Option;

/** Where a command computes; the same default for all. */
final class DeviceOption {
  @Option(
      names = "--device",
      defaultValue = "auto",
      description = "cpu, cuda, cuda:1 or auto, a GPU if there is one (default: ${DEFAULT-VALUE}).")
  private String name;

  Device device() {
    return Devices.of(name);
  }

  /** How a model is loaded there. */
  Kinetone.Options options(Precision precision) {
    return new Kinetone.Options(name, precision);
  }
}
