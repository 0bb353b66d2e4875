package kinetone.text;

import kinetone.nn.Init;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** y = x Wᵀ along the last axis: a linear layer without bias. */
final class Projection extends Module {
  private final Tensor weight;

  Projection(long in, long out, double deviation, Rng rng) {
    super("Projection");
    weight = Init.weight(rng, out, in);
    Init.normal(weight, deviation, rng);
    register_parameter("weight", weight);
  }

  /** (..., in) to (..., out). */
  Tensor forward(Tensor x) {
    return torch.linear(x, weight);
  }
}
