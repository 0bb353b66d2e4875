package kinetone.model.dit;

import kinetone.nn.Linear;
import kinetone.nn.adaln.AdaLayerNorm;
import kinetone.nn.adaln.Modulation;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** DiT's last layer: an adaptive layer norm and a projection to pixels, zero at first. */
public final class DiTFinalLayer extends Module {
  private final Linear linear;
  private final Modulation modulation;

  /** From {@code width} to {@code out} numbers per token. */
  public DiTFinalLayer(int width, int out, Rng rng) {
    super("DiTFinalLayer");
    linear = register_module("linear", Linear.zero(width, out, rng));
    modulation = register_module("adaLN_modulation", new Modulation(width, 2, rng));
  }

  /** Tokens (B, N, D) under the condition (B, D) to (B, N, out). */
  public Tensor forward(Tensor x, Tensor condition) {
    return linear.forward(modulated(x, condition));
  }

  /** What the projection sees of tokens (B, N, D), for networks that have another one. */
  public Tensor modulated(Tensor x, Tensor condition) {
    TensorVector m = modulation.forward(condition);
    return AdaLayerNorm.apply(x, m.get(0), m.get(1));
  }
}
