package kinetone.evaluate;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;
import kinetone.feature.kind.KindClassifier;
import kinetone.feature.kind.KindConfig;
import kinetone.media.Clip;
import kinetone.media.ReadOptions;
import kinetone.signal.ClipTensors;
import kinetone.spectral.MelFrontEnd;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * One of the judges of {@code bench joint}, the small classifiers of kinds of scenes: row 0 are its
 * features, row 1 its logits. It is loaded when a clip comes whose numbers are not known yet. Use
 * it outside of scopes.
 */
public final class SceneNetwork implements Measure, AutoCloseable {
  private final Path folder;
  private final KindConfig config;
  private final String weights;
  private KindClassifier classifier;
  private MelFrontEnd front;

  /**
   * A network.
   *
   * @param folder of one classifier
   */
  public SceneNetwork(Path folder) {
    ComponentFolder.requireType(folder, KindClassifier.FOLDER.type());
    this.folder = folder;
    config = ComponentFolder.config(folder, KindConfig.class);
    weights = ComponentFolder.weightsSha256(folder);
  }

  /** Names the weights. */
  public String weights() {
    return weights;
  }

  @Override
  public String id() {
    return "%s-%s"
        .formatted(seesPictures() ? "seen" : "heard", weights.substring(0, 16))
        .toLowerCase(Locale.ROOT);
  }

  private boolean seesPictures() {
    return config.input() instanceof KindConfig.Pictures;
  }

  @Override
  public ReadOptions reading(ReadOptions plain) {
    return config.input() instanceof KindConfig.Sound sound
        ? plain.withSampleRate(sound.mel().sampleRate()).withMono()
        : plain;
  }

  @Override
  public double[][] of(Clip clip) {
    if (seesPictures() ? clip.video().isEmpty() : clip.audio().isEmpty()) {
      return new double[0][];
    }
    load();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      KindClassifier.Verdict verdict = classifier.forward(input(clip));
      return new double[][] {row(verdict.features()), row(verdict.logits())};
    }
  }

  /** The kind that it names; the clip has its track. */
  String kind(Clip clip) {
    double[] logits = of(clip)[1];
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return config.kinds().get(best);
  }

  private Tensor input(Clip clip) {
    if (seesPictures()) {
      return ClipTensors.unitVideo(List.of(clip));
    }
    int samples = clip.audio().orElseThrow().length();
    return front.logMel(front.normalise(ClipTensors.audio(List.of(clip), samples)));
  }

  private static double[] row(Tensor values) {
    float[] narrow = Tensors.toFloats(values);
    double[] row = new double[narrow.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = narrow[i];
    }
    return row;
  }

  private void load() {
    if (classifier != null) {
      return;
    }
    classifier = KindClassifier.FOLDER.load(folder);
    if (config.input() instanceof KindConfig.Sound sound) {
      front = new MelFrontEnd(sound.mel());
    }
    Check.that(
        ComponentFolder.weightsSha256(folder).equals(weights),
        "%s has changed while it was in use",
        folder);
  }

  @Override
  public void close() {
    if (classifier != null) {
      classifier.close();
    }
    if (front != null) {
      front.close();
    }
  }
}
