package kinetone.recipe;

import java.util.Optional;
import java.util.function.Function;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.loss.DenoisingLoss;
import kinetone.model.CheckpointableDenoiser;
import kinetone.tensor.GradientCheckpoints;
import kinetone.train.TrainingTask;

/** A loss through a network of whose passage all is kept, or checkpoints only. */
final class CheckpointedLoss {
  private CheckpointedLoss() {}

  /**
   * The loss of one step.
   *
   * @param checkpointing whether only checkpoints are kept
   * @param loss of the network as it is to be passed
   */
  static TrainingTask.Value of(
      boolean checkpointing,
      CheckpointableDenoiser network,
      Function<Denoiser, DenoisingLoss.Value> loss) {
    if (!checkpointing) {
      DenoisingLoss.Value value = loss.apply(network);
      return new TrainingTask.Value(value.total(), value.parts());
    }
    GradientCheckpoints checkpoints = new GradientCheckpoints();
    try {
      DenoisingLoss.Value value = loss.apply(network.checkpointed(checkpoints));
      return new TrainingTask.Value(value.total(), value.parts(), Optional.of(checkpoints));
    } catch (RuntimeException | Error e) {
      checkpoints.close();
      throw e;
    }
  }
}
