package kinetone.cli;

import kinetone.tensor.Precision;
import picocli.CommandLine.Option;

/** In which numbers a command multiplies; the same default for all. */
final class PrecisionOption {
  @Option(
      names = "--precision",
      defaultValue = "fp32",
      description =
          "fp32, bf16 or auto, bf16 where the hardware multiplies it (default: ${DEFAULT-VALUE}).")
  private String name;

  Precision precision() {
    return Precision.of(name);
  }
}
