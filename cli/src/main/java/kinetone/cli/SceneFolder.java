package kinetone.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import kinetone.common.OutputFile;
import kinetone.media.ClipFormat;
import kinetone.media.ClipWriter;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;

/** Scenes of all kinds as files, in the format of the shipped models; what is there is kept. */
final class SceneFolder {
  private static final ClipFormat FORMAT = ClipFormat.of(64, 64, 17, 8, 16000);

  private SceneFolder() {}

  /** A folder below {@code out} with the first {@code count} scenes of a world. */
  static Path below(Path out, long seed, int count, Interruption interruption) {
    SceneGenerator scenes = new SceneGenerator(FORMAT, SceneMix.all(), seed);
    Path folder = out.resolve("scenes-%d-%d".formatted(seed, count));
    OutputFile.requireFolder(folder);
    try (ConsoleProgress progress = new ConsoleProgress("scenes", count, "clips")) {
      for (int i = 0; i < count; i++) {
        interruption.check();
        Path file = folder.resolve("%05d.mp4".formatted(i));
        if (!Files.exists(file)) {
          ClipWriter.writeMp4(file, scenes.scene(i).clip());
          progress.at(i + 1);
        }
      }
    }
    return folder;
  }
}
