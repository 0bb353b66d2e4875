package kinetone.recipe;

import kinetone.common.Check;
import kinetone.diffusion.process.PredictionType;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;

/**
 * Training of MDSGen on cached mel latents with features.
 *
 * @param latents folder of shards, made by {@code kinetone prepare --mel-codec --cavp}
 * @param heldOutLatents the same for validation clips
 * @param melCodec folder of the mel codec, whose statistics standardise the latents
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
    String melCodec,
    MdsgenConfig model,
    String init,
    MaskingRecipe masking,
    double maskedWeight,
    boolean minSnr,
    Double shift,
    double conditionDrop,
    int batch,
    TrainerConfig trainer)
    implements Recipe {
  /** Checks the ranges. */
  public MdsgenRecipe {
    Recipe.require("latents", latents);
    Recipe.require("heldOutLatents", heldOutLatents);
    Recipe.require("melCodec", melCodec);
    Recipe.require("model", model);
    Recipe.require("masking", masking);
    Recipe.require("trainer", trainer);
    Check.atLeast("maskedWeight", maskedWeight, 0);
    Check.that(
        !minSnr || model.prediction() == PredictionType.EPSILON,
        "minSnr weighs errors of the noise, but model.prediction is %s; set minSnr: false",
        model.prediction());
    Check.within("conditionDrop", conditionDrop, 0, 1);
    Check.atLeast("batch", batch, 1);
  }

  @Override
  public RecipeTask build(Rng rng, Device device) {
    Mdsgen network = new Mdsgen(model, rng);
    Recipe.startFrom(init, Mdsgen.TYPE, model, network);
    network.to(device, false);
    return new MdsgenTask(this, network, device);
  }
}
