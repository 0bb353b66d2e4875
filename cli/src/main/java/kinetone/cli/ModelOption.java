package kinetone.cli;

import java.nio.file.Path;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.Pipeline;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model a measurement is about. */
final class ModelOption {
  @Option(
      names = "--model",
      defaultValue = "monl-scenes",
      description = "A model or its folder (${DEFAULT-VALUE}).")
  private String name;

  @Mixin private PrecisionOption precision;

  /** As it was typed. */
  String name() {
    return name;
  }

  Path folder() {
    return ModelPath.resolve(name);
  }

  Pipeline load(DeviceOption device) {
    return Kinetone.load(folder(), device.options(precision.precision()));
  }
}
