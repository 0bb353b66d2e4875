package kinetone.recipe;

import java.util.List;
import kinetone.common.Check;
import kinetone.data.LatentRoles;
import kinetone.diffusion.process.PredictionType;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;

/**
 * Training of MDSGen on cached latents of spectrograms with features.
 *
 * @param latents folder of shards, made by {@code kinetone prepare --audio-codec --cavp}
 * @param heldOutLatents the same for validation clips
 * @param audioCodec folder of the codec of sound that made the latents; its statistics standardise
 *     them
 * @param model the network
 * @param init folder of a trained network of the same configuration to start from, instead of fresh
 *     weights; the optimiser and its step count start anew. None when absent
 * @param masking what the masked pass hides
 * @param maskedWeight weight λ of the masked pass; MDSGen 1
 * @param minSnr whether the squared error is weighted by min(SNR, 5) / SNR
 * @param shift draws more of the high noise levels ({@link
 *     kinetone.diffusion.timestep.ShiftedTimesteps}); absent: uniform, as in the paper
 * @param conditionDrop share of examples trained without features; MDSGen 0.1
 * @param batch examples per micro batch
 * @param trainer the trainer's settings
 */
public record MdsgenRecipe(
    String latents,
    String heldOutLatents,
    String audioCodec,
    MdsgenConfig model,
    String init,
    MaskingRecipe masking,
    double maskedWeight,
    boolean minSnr,
    Double shift,
    double conditionDrop,
    int batch,
    TrainerConfig trainer)
    implements LatentRecipe {
  /** Checks the ranges. */
  public MdsgenRecipe {
    LatentRecipe.requireCommon(latents, heldOutLatents, batch, trainer);
    Recipe.require("audioCodec", audioCodec);
    Recipe.require("model", model);
    Recipe.require("masking", masking);
    Check.atLeast("maskedWeight", maskedWeight, 0);
    Check.that(
        !minSnr || model.diffusion().prediction() == PredictionType.EPSILON,
        "minSnr weighs errors of the noise, but model.diffusion.prediction is %s; set minSnr: false",
        model.diffusion().prediction());
    Check.within("conditionDrop", conditionDrop, 0, 1);
  }

  @Override
  public List<LatentInput> inputs() {
    MdsgenConfig.Latent latent = model.latent();
    MdsgenConfig.Features features = model.features();
    return List.of(
        LatentInput.ofCodec(
            LatentRoles.AUDIO,
            audioCodec,
            "model.latent",
            latent.length(),
            latent.frequencies(),
            latent.channels()),
        LatentInput.plain(
            LatentRoles.FEATURES, "model.features", features.frames(), features.width()));
  }

  @Override
  public LatentObjective objective(Rng rng, Device device) {
    return new MdsgenObjective(this, new Mdsgen(model, rng));
  }
}
