package kinetone.recipe;

import java.util.List;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;

/**
 * A recipe for a network that learns from cached latents. It says what it wants of them and how it
 * learns; {@link LatentTask} is the training.
 */
public interface LatentRecipe extends Recipe {
  /** Folder of shards, made by {@code kinetone prepare}. */
  String latents();

  /** The same for validation clips. */
  String heldOutLatents();

  /**
   * Folder of a trained network of the same configuration to start from, instead of fresh weights;
   * the optimiser and its step count start anew. Null for none.
   */
  String init();

  /** Examples per micro batch. */
  int batch();

  /** Pictures of what the network makes while it is trained; null for none. */
  default Samples samples() {
    return null;
  }

  /** What it wants of each clip. */
  List<LatentInput> inputs();

  /**
   * The network with weights drawn from {@code rng}, and its loss.
   *
   * @param device where the network will be; {@link LatentTask} moves it there
   */
  LatentObjective objective(Rng rng, Device device);

  @Override
  default RecipeTask build(Rng rng, Device device) {
    return LatentTask.of(this, objective(rng, device), device);
  }

  /** Checks what all of these recipes have. */
  static void requireCommon(
      String latents, String heldOutLatents, int batch, TrainerConfig trainer) {
    Recipe.require("latents", latents);
    Recipe.require("heldOutLatents", heldOutLatents);
    Recipe.require("trainer", trainer);
    Recipe.requireBatch(batch, 1, 0);
  }
}
