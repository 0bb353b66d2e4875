package kinetone.testkit;

import java.nio.file.Path;
import java.util.List;
import kinetone.feature.kind.KindClassifier;
import kinetone.feature.kind.KindConfig;
import kinetone.mel.MelFilterBank;
import kinetone.scene.SceneKind;
import kinetone.spectral.LogCompression;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.spectral.MelSpectrogramConfig;
import kinetone.spectral.StftConfig;
import kinetone.spectral.WaveformNormalisation;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Classifiers of pictures and sound with random weights: they know nothing, but run. */
public final class TinyJudges {
  private TinyJudges() {}

  /**
   * Writes {@code picture} and {@code sound} into {@code folder}; the same weights each time.
   *
   * @param sampleRate of the clips to judge, Hz
   */
  public static Path write(Path folder, int sampleRate) {
    write(folder.resolve("picture"), new KindConfig.Pictures(16, 3));
    write(
        folder.resolve("sound"),
        new KindConfig.Sound(
            new MelFrontEndConfig(
                WaveformNormalisation.NONE,
                new MelSpectrogramConfig(
                    StftConfig.of(256, 128), MelFilterBank.slaney(sampleRate, 256, 16), 1),
                0,
                LogCompression.NATURAL,
                MelFrontEndConfig.Ending.ALL_FRAMES)));
    return folder;
  }

  private static void write(Path folder, KindConfig.Input input) {
    try (Rng rng = new Rng(7);
        KindClassifier classifier =
            new KindClassifier(
                new KindConfig(SceneKind.labels(), input, List.of(4, 8), 4, 6), rng)) {
      KindClassifier.FOLDER.save(folder, classifier, ScalarType.Float);
    }
  }
}
