package kinetone.cli;

import kinetone.media.ClipFormat;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;
import picocli.CommandLine.Option;

/** Which scenes a measurement sees: those of a world that nothing was trained on. */
final class WorldOption {
  @Option(names = "--seed", defaultValue = "1001", description = "World (${DEFAULT-VALUE}).")
  private long seed;

  SceneGenerator scenes(ClipFormat format, SceneMix mix) {
    return new SceneGenerator(format, mix, seed);
  }
}
