package kinetone.model;

import java.util.Optional;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseLevels;
import kinetone.tensor.GradientCheckpoints;
import org.bytedeco.pytorch.GradMode;

/** A network that can be trained with less memory and more time. */
public interface CheckpointableDenoiser extends Denoiser {
  /** The prediction, of whose passage only {@code checkpoints} are kept if they are there. */
  Prediction predict(
      Latents noisy,
      NoiseLevels levels,
      Conditions conditions,
      Optional<GradientCheckpoints> checkpoints);

  @Override
  default Prediction predict(Latents noisy, NoiseLevels levels, Conditions conditions) {
    return predict(noisy, levels, conditions, Optional.empty());
  }

  /**
   * This network in training with less memory: of each block only what it makes is kept for {@code
   * checkpoints}, which the caller differentiates after the loss. Passes without gradients are the
   * usual ones.
   */
  default Denoiser checkpointed(GradientCheckpoints checkpoints) {
    return (noisy, levels, conditions) ->
        predict(
            noisy,
            levels,
            conditions,
            GradMode.is_enabled() ? Optional.of(checkpoints) : Optional.empty());
  }
}
