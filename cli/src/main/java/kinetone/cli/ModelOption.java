package kinetone.cli;

import java.nio.file.Path;
import kinetone.pipeline.Pipeline;
import picocli.CommandLine.Option;

/** Which model a measurement is about. */
final class ModelOption {
  @Option(
      names = "--model",
      defaultValue = "monl-scenes",
      description = "A model or its folder (${DEFAULT-VALUE}).")
  private String name;

  /** As it was typed. */
  String name() {
    return name;
  }

  Path folder() {
    return ModelPath.resolve(name);
  }

  Pipeline load() {
    return BenchCommand.load(name);
  }
}
