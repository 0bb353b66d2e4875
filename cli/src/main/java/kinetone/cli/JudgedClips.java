package kinetone.cli;

import java.nio.file.Path;
import kinetone.bench.JointBench;
import kinetone.bench.JudgedClip;
import kinetone.common.Check;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How many clips are made and judged, from which seeds, beside which scenes, and by whom. */
final class JudgedClips {
  @Option(
      names = "--clips",
      defaultValue = "64",
      description = "To generate; as many real ones beside them (${DEFAULT-VALUE}).")
  @Within(min = 2, max = 100_000)
  private int clips;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of the first clip; each has the next (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--world-seed",
      defaultValue = "1001",
      description = "Seed of the real scenes, of all kinds, not trained on (${DEFAULT-VALUE}).")
  private long world;

  @Option(
      names = "--judges",
      defaultValue = "kinds-scenes",
      paramLabel = "DIR",
      description = "Holds the classifiers 'picture', 'sound' and 'colour' (${DEFAULT-VALUE}).")
  private String judges;

  @Mixin private SheetOption sheet;

  /** Refuses what cannot be, before any work. */
  void check() {
    Check.atLeast("clips", clips, 2);
    sheet.check();
  }

  int count() {
    return clips;
  }

  long seed() {
    return seed;
  }

  Path judges() {
    return ModelPath.resolve(judges);
  }

  SceneGenerator scenes(ClipFormat format) {
    return new SceneGenerator(format, SceneMix.all(), world);
  }

  /** Takes a clip into the picture, if it is one of the first and there is to be one. */
  void keep(String what, Clip clip, JudgedClip judged) {
    String found =
        "seen %s, heard %s"
            .formatted(JointBench.words(judged.seen()), JointBench.words(judged.heard()));
    sheet.keep("%s: %s".formatted(what, found), clip, judged);
  }

  /** Writes the picture, if there is to be one. */
  void write() {
    sheet.write();
  }
}
