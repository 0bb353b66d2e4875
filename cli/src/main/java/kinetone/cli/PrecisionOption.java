package kinetone.cli;

import kinetone.tensor.Precision;
import picocli.CommandLine.Option;

/**
 * In which numbers a command multiplies; the same default for all: fp32, so that a seed gives the
 * same bytes whether or not this processor was measured to be faster in bf16.
 */
final class PrecisionOption {
  @Option(
      names = "--precision",
      defaultValue = "fp32",
      description =
          "fp32, bf16 or auto: bf16 on a GPU and on a processor that is clearly faster in it, fp32"
              + " elsewhere (default: ${DEFAULT-VALUE}).")
  private String name;

  Precision precision() {
    return Precision.of(name);
  }
}
