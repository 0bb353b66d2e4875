package kinetone.recipe;

import kinetone.common.Check;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.align.AlignmentConfig;
import kinetone.feature.align.AlignmentFolder;
import kinetone.feature.align.AlignmentPairs;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;

/**
 * Training of the alignment classifier on cached latents with features.
 *
 * @param latents folder of shards, made by {@code kinetone prepare --cavp}
 * @param heldOutLatents the same for validation clips
 * @param audioCodec folder of the sound or mel codec, whose statistics standardise its latents
 * @param model the network
 * @param init folder of a trained network of the same configuration to start from, instead of fresh
 *     weights; one of clean latents for one of noisy ones
 * @param pairs how pairs are cut
 * @param noisy whether the latents are noised, for guidance; clean ones are for Align-Acc
 * @param batch pairs per micro batch
 * @param trainer the trainer's settings
 */
public record AlignRecipe(
    String latents,
    String heldOutLatents,
    String audioCodec,
    AlignmentConfig model,
    String init,
    AlignmentPairs.Config pairs,
    boolean noisy,
    int batch,
    TrainerConfig trainer)
    implements Recipe {
  /** Checks the parts. */
  public AlignRecipe {
    Recipe.require("latents", latents);
    Recipe.require("heldOutLatents", heldOutLatents);
    Recipe.require("audioCodec", audioCodec);
    Recipe.require("model", model);
    Recipe.require("pairs", pairs);
    Recipe.require("trainer", trainer);
    Check.atLeast("batch", batch, 2);
  }

  @Override
  public RecipeTask build(Rng rng, Device device) {
    AlignmentClassifier classifier = new AlignmentClassifier(model, rng);
    Recipe.startFrom(init, AlignmentFolder.TYPE, model, classifier);
    classifier.to(device, false);
    return new AlignTask(this, classifier, device);
  }
}
