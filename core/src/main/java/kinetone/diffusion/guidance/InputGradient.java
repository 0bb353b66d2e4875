package kinetone.diffusion.guidance;

import java.util.EnumMap;
import java.util.Map;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.tensor.Differentiation;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The gradient of a scalar with respect to latents. */
final class InputGradient {
  private InputGradient() {}

  /** The slopes of {@code scalar}, in the shapes of {@code inputs}, which require gradients. */
  static Latents of(Tensor scalar, Latents inputs) {
    TensorVector variables = new TensorVector();
    inputs.modalities().forEach(m -> variables.push_back(inputs.get(m)));
    TensorVector slopes = Differentiation.gradients(scalar, variables);
    Map<Modality, Tensor> result = new EnumMap<>(Modality.class);
    int i = 0;
    for (Modality modality : inputs.modalities()) {
      // A network that does not look at a modality has no gradient for it.
      Tensor slope = slopes.get(i++);
      result.put(modality, slope.defined() ? slope : torch.zeros_like(inputs.get(modality)));
    }
    return Latents.of(result);
  }
}
