package kinetone.exchange;

import java.util.List;
import java.util.Map;
import kinetone.checkpoint.convert.Naming;

/**
 * The files that another program loads.
 *
 * @param naming of the tensors
 * @param prefix of every name
 * @param file name of the weights; the ending decides the format: .safetensors, or a checkpoint of
 *     PyTorch
 * @param group keys of the dictionaries around the tensors of a checkpoint, outermost first
 * @param config content of the {@code config.json} beside it; none when empty
 */
public record PublicForm(
    Naming naming, String prefix, String file, List<String> group, Map<String, Object> config) {
  /** The form of diffusers and transformers. */
  public static final String DIFFUSERS = "diffusers";

  /** What was trained around a base, alone, beside a card that names the base. */
  public static final String ADAPTERS = "adapters";

  /** The form of the code the network was published with. */
  public static final String ORIGINAL = "original";

  /** A state dict as diffusers has it. */
  public static PublicForm diffusers(Naming naming, Map<String, Object> config) {
    return new PublicForm(naming, "", "diffusion_pytorch_model.safetensors", List.of(), config);
  }

  /** A model as transformers has it. */
  public static PublicForm transformers(Naming naming, Map<String, Object> config) {
    return new PublicForm(naming, "", "model.safetensors", List.of(), config);
  }

  /** A checkpoint of PyTorch. */
  public static PublicForm original(Naming naming, String file, List<String> group) {
    return new PublicForm(naming, "", file, group, Map.of());
  }
}
