package kinetone.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.feature.kind.KindClassifier;
import kinetone.feature.kind.KindConfig;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.Video;
import kinetone.metric.OnsetDetector;
import kinetone.metric.Sharpness;
import kinetone.metric.VisualOnsetDetector;
import kinetone.scene.SceneKind;
import kinetone.signal.ClipTensors;
import kinetone.spectral.MelFrontEnd;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Looks at clips and listens to them, each without the other: what kind of scene it is, when
 * something happens, how sharp it is. Make it outside of scopes.
 */
public final class JointJudge implements AutoCloseable {
  private final KindClassifier pictures;
  private final KindClassifier sound;
  private final MelFrontEnd front;
  private final List<SceneKind> pictureKinds;
  private final List<SceneKind> soundKinds;

  /** A kind and what it was told by. */
  private record Named(SceneKind kind, double[] features) {}

  /**
   * A judge.
   *
   * @param folder holds the classifiers {@code picture} and {@code sound}
   */
  public JointJudge(Path folder) {
    Path picture = folder.resolve("picture");
    Path hearing = folder.resolve("sound");
    pictures = KindClassifier.FOLDER.load(picture);
    sound = KindClassifier.FOLDER.load(hearing);
    Check.that(
        pictures.config().input() instanceof KindConfig.Pictures,
        "%s judges sound, a classifier of pictures is expected there",
        picture);
    if (!(sound.config().input() instanceof KindConfig.Sound input)) {
      throw KinetoneException.user(
          "%s judges pictures, a classifier of sound is expected there", hearing);
    }
    front = new MelFrontEnd(input.mel());
    pictureKinds = kinds(picture, pictures.config());
    soundKinds = kinds(hearing, sound.config());
  }

  private static List<SceneKind> kinds(Path folder, KindConfig config) {
    return config.kinds().stream().map(name -> kind(folder, name)).toList();
  }

  private static SceneKind kind(Path folder, String name) {
    return Arrays.stream(SceneKind.values())
        .filter(kind -> kind.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                KinetoneException.user(
                    "%s tells kinds apart of which '%s' is none of a scene", folder, name));
  }

  /** Requires that clips of this format can be judged. */
  public void requireFit(ClipFormat format) {
    Check.that(
        format.sampleRate() == front.config().sampleRate(),
        "clips have a sample rate of %d Hz, the classifier of sound hears %d Hz; train one for them"
            + " and name its folder with --judges",
        format.sampleRate(),
        front.config().sampleRate());
  }

  /** What is seen and heard in {@code clip}, which has both tracks. */
  public JudgedClip judge(Clip clip) {
    Video video = clip.video().orElseThrow();
    Audio audio = clip.audio().orElseThrow();
    Named seen = seen(clip);
    Named heard = heard(clip, audio.length());
    return new JudgedClip(
        seen.kind(),
        heard.kind(),
        seen.features(),
        heard.features(),
        VisualOnsetDetector.standard().onsets(video),
        OnsetDetector.standard().onsets(audio),
        Sharpness.of(video),
        audio.seconds(),
        Optional.empty());
  }

  private Named seen(Clip clip) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      return named(pictures, pictureKinds, ClipTensors.unitVideo(List.of(clip)));
    }
  }

  private Named heard(Clip clip, int samples) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor waveform = front.normalise(ClipTensors.audio(List.of(clip), samples));
      return named(sound, soundKinds, front.logMel(waveform));
    }
  }

  private static Named named(KindClassifier classifier, List<SceneKind> kinds, Tensor input) {
    KindClassifier.Verdict verdict = classifier.forward(input);
    float[] features = Tensors.toFloats(verdict.features());
    double[] wide = new double[features.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = features[i];
    }
    return new Named(kinds.get((int) verdict.logits().argmax().item_long()), wide);
  }

  @Override
  public void close() {
    pictures.close();
    sound.close();
    front.close();
  }
}
