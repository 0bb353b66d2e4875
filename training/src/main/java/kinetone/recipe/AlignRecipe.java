package kinetone.recipe;

import java.util.List;
import kinetone.common.Check;
import kinetone.data.LatentRoles;
import kinetone.diffusion.process.DiffusionConfig;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.align.AlignmentConfig;
import kinetone.feature.align.AlignmentPairs;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;

/**
 * Training of the alignment classifier on cached latents of sound with features.
 *
 * @param latents folder of shards, made by {@code kinetone prepare --cavp}
 * @param heldOutLatents the same for validation clips
 * @param audioCodec folder of the codec of sound that made the latents; its statistics standardise
 *     them
 * @param model the network; what it is trained on is the shape of {@code pairs}
 * @param init folder of a trained network of the same configuration to start from, instead of fresh
 *     weights; one of clean latents for one of noisy ones
 * @param pairs how pairs are cut
 * @param noisy whether the latents are noised, for guidance; clean ones are for Align-Acc
 * @param diffusion of the denoiser that noisy latents are of; {@link DiffusionConfig#DDPM} when
 *     absent
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
    DiffusionConfig diffusion,
    int batch,
    TrainerConfig trainer)
    implements LatentRecipe {
  /** Checks the parts. */
  public AlignRecipe {
    LatentRecipe.requireCommon(latents, heldOutLatents, batch, trainer);
    Recipe.require("audioCodec", audioCodec);
    Recipe.require("model", model);
    Recipe.require("pairs", pairs);
    Check.that(
        model.trained() == null || model.wasTrainedOn(pairs.shape()),
        "model.trained says %s, pairs are %d frames with %d; leave it out",
        model.trainedOnWords(),
        pairs.shape().frames(),
        pairs.shape().latents());
    model = model.trainedOn(pairs.shape());
    Recipe.requireBatch(batch, 2, 0);
    diffusion = diffusion == null ? DiffusionConfig.DDPM : diffusion;
  }

  @Override
  public List<LatentInput> inputs() {
    return List.of(
        LatentInput.ofAnyLength(
            LatentRoles.AUDIO, audioCodec, "model.latentChannels", model.latentChannels()),
        LatentInput.plainOfAnyLength(LatentRoles.FEATURES, "model.features", model.features()));
  }

  @Override
  public LatentObjective objective(Rng rng, Device device) {
    return new AlignObjective(this, new AlignmentClassifier(model, rng), device);
  }
}
