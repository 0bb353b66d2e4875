package kinetone.bench;

import java.util.Optional;
import kinetone.scene.SceneKind;

/**
 * What is known of a clip from looking at it and from listening to it.
 *
 * @param seen the kind that the classifier of pictures names
 * @param heard the kind that the classifier of sound names
 * @param pictureFeatures of the layer before the first classifier's logits
 * @param soundFeatures of the layer before the second classifier's logits
 * @param onsetsSeen in seconds, ascending
 * @param onsetsHeard in seconds, ascending
 * @param sharpness of its pictures ({@link kinetone.metric.Sharpness})
 * @param seconds length
 * @param truth what it was made as; empty where nobody knows
 */
public record JudgedClip(
    SceneKind seen,
    SceneKind heard,
    double[] pictureFeatures,
    double[] soundFeatures,
    double[] onsetsSeen,
    double[] onsetsHeard,
    double sharpness,
    double seconds,
    Optional<SceneKind> truth) {
  /** Whether both classifiers name the same kind. */
  boolean agrees() {
    return seen == heard;
  }

  /** The same clip, known to be made as {@code kind}. */
  JudgedClip madeAs(SceneKind kind) {
    return new JudgedClip(
        seen,
        heard,
        pictureFeatures,
        soundFeatures,
        onsetsSeen,
        onsetsHeard,
        sharpness,
        seconds,
        Optional.of(kind));
  }
}
