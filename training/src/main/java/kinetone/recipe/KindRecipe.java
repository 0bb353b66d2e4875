package kinetone.recipe;

import java.util.HashSet;
import java.util.List;
import kinetone.common.Check;
import kinetone.feature.kind.KindAugmentation;
import kinetone.feature.kind.KindClassifier;
import kinetone.feature.kind.KindConfig;
import kinetone.media.ClipFormat;
import kinetone.scene.SceneLabel;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;

/**
 * Training of a classifier that names the kind of a sounding scene, or the colour of its main
 * thing, by its pictures or by its sound. It learns from procedural scenes alone, of which all is
 * known, and so never sees what it judges.
 *
 * @param data where clips come from; scenes
 * @param formats shapes and rates of the clips, taken in turn, batch by batch
 * @param model the network; its kinds are the words of {@code label}
 * @param label what it names; the kind of scene when missing
 * @param augmentation what is done to clips in training
 * @param batch clips per micro batch
 * @param heldOut scenes of each format for validation
 * @param trainer the trainer's settings
 */
public record KindRecipe(
    DataConfig data,
    List<ClipFormat> formats,
    KindConfig model,
    SceneLabel label,
    KindAugmentation augmentation,
    int batch,
    int heldOut,
    TrainerConfig trainer)
    implements Recipe {
  private static final int MOST_HELD_OUT = 100_000;

  /** Checks that the parts fit each other. */
  public KindRecipe {
    Recipe.require("data", data);
    Check.that(
        data instanceof DataConfig.Scenes,
        "data.source is not scenes, but only of scenes is known what they show");
    Recipe.require("formats", formats);
    formats = List.copyOf(formats);
    Check.that(!formats.isEmpty(), "formats is empty, give at least one");
    Recipe.require("model", model);
    Recipe.require("augmentation", augmentation);
    Recipe.require("trainer", trainer);
    Check.within("heldOut", heldOut, 1, MOST_HELD_OUT);
    label = label == null ? SceneLabel.KIND : label;
    List<String> known = label.words();
    Check.that(
        new HashSet<>(model.kinds()).equals(new HashSet<>(known)),
        "model.kinds = %s, must be all that scenes can have: %s",
        model.kinds(),
        known);
    for (ClipFormat format : formats) {
      Recipe.requireBatch(batch, 1, format.tensorBytes());
      if (model.input() instanceof KindConfig.Sound sound) {
        Check.that(
            format.sampleRate() == sound.mel().sampleRate(),
            "formats have a sample rate of %d Hz, model.input.mel of %d Hz; both must be the same",
            format.sampleRate(),
            sound.mel().sampleRate());
      }
    }
  }

  @Override
  public RecipeTask build(Rng rng, Device device) {
    KindClassifier classifier = new KindClassifier(model, rng);
    classifier.to(device, false);
    return new KindTask(this, (DataConfig.Scenes) data, classifier, device);
  }
}
