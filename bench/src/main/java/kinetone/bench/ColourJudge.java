package kinetone.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kinetone.common.Check;
import kinetone.feature.kind.KindClassifier;
import kinetone.feature.kind.KindConfig;
import kinetone.media.Clip;
import kinetone.scene.ColourName;
import kinetone.scene.SceneLabel;
import kinetone.signal.ClipTensors;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;

/** Names the colour of the main thing of a scene by its pictures. Make it outside of scopes. */
public final class ColourJudge implements AutoCloseable {
  private final KindClassifier pictures;
  private final List<Optional<ColourName>> colours;

  /**
   * A judge.
   *
   * @param folder holds the classifier {@code colour}
   */
  public ColourJudge(Path folder) {
    Path colour = folder.resolve("colour");
    pictures = KindClassifier.FOLDER.load(colour);
    List<String> words = pictures.config().kinds();
    Check.that(
        pictures.config().input() instanceof KindConfig.Pictures
            && SceneLabel.COLOUR.words().containsAll(words),
        "%s tells %s apart, a classifier of pictures that tells %s is expected there",
        colour,
        words,
        SceneLabel.COLOUR.words());
    colours =
        words.stream()
            .map(
                word ->
                    Arrays.stream(ColourName.values())
                        .filter(name -> name.label().equals(word))
                        .findFirst())
            .toList();
  }

  /** The colour; none where there are none or several. */
  Optional<ColourName> judge(Clip clip) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      KindClassifier.Verdict verdict = pictures.forward(ClipTensors.unitVideo(List.of(clip)));
      return colours.get((int) verdict.logits().argmax().item_long());
    }
  }

  @Override
  public void close() {
    pictures.close();
  }
}
