package kinetone.cli;

import kinetone.bench.Compute;
import kinetone.diffusion.guidance.Batching;
import kinetone.pipeline.Kinetone;
import kinetone.tensor.Devices;
import kinetone.tensor.Engine;
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

  @Option(
      names = "--tf32",
      description =
          "Let a GPU round the factors of float32 products to 10 bits: faster, less exact.")
  private boolean tf32;

  Device device() {
    Device device = Devices.of(name);
    Engine.allowTf32(tf32);
    return device;
  }

  /** The same for a measurement, with a choice of how guided steps are made. */
  Compute compute(PrecisionOption precision, Batching batching) {
    Engine.allowTf32(tf32);
    return new Compute(name, precision.precision(), batching, tf32);
  }

  /** How a model is loaded there. */
  Kinetone.Options options(Precision precision) {
    Engine.allowTf32(tf32);
    return new Kinetone.Options(name, precision);
  }
}
