package kinetone.evaluate;

import java.nio.file.Path;

/**
 * Where the networks are that know procedural scenes.
 *
 * @param kinds folder with the component folders {@code picture} and {@code sound}: kinds of scenes
 * @param alignment folder of the classifier that tells whether sound and picture belong together
 * @param alignmentModel model of the system mdsgen with whose codec and features it was trained
 */
public record SceneJudges(Path kinds, Path alignment, Path alignmentModel) {
  /** Those that lie beside each other in {@code models} under their names. */
  public static SceneJudges in(Path models) {
    return new SceneJudges(
        models.resolve("kinds-scenes"),
        models.resolve("align-scenes"),
        models.resolve("mdsgen-scenes"));
  }
}
