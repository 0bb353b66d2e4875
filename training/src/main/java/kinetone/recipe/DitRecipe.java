package kinetone.recipe;

import java.util.ArrayList;
import java.util.List;
import kinetone.common.Check;
import kinetone.data.LatentRoles;
import kinetone.model.dit.DiT;
import kinetone.model.dit.DiTConfig;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;

/**
 * Training of DiT on single pictures: frames of cached latents, drawn anew at each step.
 *
 * @param latents folder of shards, made by {@code kinetone prepare --video-codec}, with {@code
 *     --labels} where the model names its classes
 * @param heldOutLatents the same for validation clips
 * @param videoCodec folder of the codec that made the latents; its statistics standardise them
 * @param model the network; without names of classes it is trained without classes
 * @param init folder of a trained network of the same configuration to start from, instead of fresh
 *     weights; the optimiser and its step count start anew. None when absent
 * @param frames of the latents of each clip
 * @param framesPerClip pictures that a step takes of each clip of its batch
 * @param conditionDrop share of examples trained without their class; DiT 0.1
 * @param batch clips per micro batch
 * @param trainer the trainer's settings
 */
public record DitRecipe(
    String latents,
    String heldOutLatents,
    String videoCodec,
    DiTConfig model,
    String init,
    int frames,
    int framesPerClip,
    double conditionDrop,
    int batch,
    TrainerConfig trainer)
    implements LatentRecipe {
  /** Checks the ranges. */
  public DitRecipe {
    LatentRecipe.requireCommon(latents, heldOutLatents, batch, trainer);
    Recipe.require("videoCodec", videoCodec);
    Recipe.require("model", model);
    Check.atLeast("frames", frames, 1);
    Check.within("framesPerClip", framesPerClip, 1, frames);
    Check.within("conditionDrop", conditionDrop, 0, 1);
  }

  @Override
  public List<LatentInput> inputs() {
    List<LatentInput> inputs = new ArrayList<>();
    inputs.add(
        LatentInput.ofCodec(
            LatentRoles.VIDEO,
            videoCodec,
            "model",
            frames,
            model.inputSize(),
            model.inputSize(),
            model.channels()));
    if (model.labels() != null) {
      inputs.add(LatentInput.ofLabels("model.labels", model.labels()));
    }
    return inputs;
  }

  @Override
  public LatentObjective objective(Rng rng, Device device) {
    return new DitObjective(this, new DiT(model, rng));
  }
}
