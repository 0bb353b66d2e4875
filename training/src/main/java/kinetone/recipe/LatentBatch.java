package kinetone.recipe;

import java.util.Map;
import kinetone.data.LatentRoles;
import kinetone.diffusion.Conditions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

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

  /** What the mask of captions is called here; {@link LatentRoles#TEXT} are the captions. */
  static final String TEXT_MASK = "text_mask";

  /** The captions, where they are an input of the recipe. */
  public Conditions.Text text() {
    return new Conditions.Text(get(LatentRoles.TEXT), get(TEXT_MASK).to(ScalarType.Bool));
  }

  /** Number of clips. */
  public long size() {
    return tensors.values().iterator().next().size(0);
  }
}
