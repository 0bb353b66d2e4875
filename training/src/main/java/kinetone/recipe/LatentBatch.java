package kinetone.recipe;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Some clips as a network in training sees them: standardised latents and features by role, float32
 * (B, ...) on the network's device.
 *
 * @param tensors by role
 */
public record LatentBatch(Map<String, Tensor> tensors) {
  /** The latents or features of {@code role}, which is one of the recipe's inputs. */
  public Tensor get(String role) {
    Tensor tensor = tensors.get(role);
    if (tensor == null) {
      throw new IllegalArgumentException("'" + role + "' is none of the recipe's inputs");
    }
    return tensor;
  }
}
