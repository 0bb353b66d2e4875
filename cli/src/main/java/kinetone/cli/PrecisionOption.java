package kinetone.cli;

import kinetone.tensor.Precision;
import picocli.CommandLine.Option;

/** In which numbers a command multiplies; the same default for all. */
final class PrecisionOption {
  @Option(
      names = "--precision",
      defaultValue = "auto",
      description =
          "fp32, bf16 or auto: bf16 on a GPU and on a processor that is clearly faster in it, fp32"
              + " elsewhere (default: ${DEFAULT-VALUE}).")
  private String name;

  Precision precision() {
    return Precision.of(name);
  }
}
