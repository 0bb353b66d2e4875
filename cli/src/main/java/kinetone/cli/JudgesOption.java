package kinetone.cli;

import java.nio.file.Path;
import kinetone.evaluate.SceneJudges;
import picocli.CommandLine.Option;

/** Where the networks are that metrics are made with. */
final class JudgesOption {
  @Option(
      names = "--judges",
      defaultValue = "kinds-scenes",
      paramLabel = "DIR",
      description = "Holds the networks 'picture' and 'sound' (default: ${DEFAULT-VALUE}).")
  private String kinds;

  @Option(
      names = "--alignment",
      defaultValue = "align-scenes",
      paramLabel = "DIR",
      description = "Classifier for align-acc (default: ${DEFAULT-VALUE}).")
  private String alignment;

  @Option(
      names = "--alignment-model",
      defaultValue = "mdsgen-scenes",
      paramLabel = "DIR",
      description =
          "MDSGen model with whose codec and features that one was trained (default:"
              + " ${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--networks",
      defaultValue = "models",
      paramLabel = "DIR",
      description =
          "Holds the imported networks of others, each in a folder of its name, such as vggish for"
              + " fad (default: ${DEFAULT-VALUE}).")
  private Path networks;

  SceneJudges judges() {
    return new SceneJudges(
        ModelPath.resolve(kinds), ModelPath.resolve(alignment), ModelPath.resolve(model));
  }

  Path networks() {
    return networks;
  }
}
