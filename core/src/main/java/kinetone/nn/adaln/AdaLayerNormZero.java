package kinetone.nn.adaln;

import java.util.function.UnaryOperator;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The two residual branches of DiT's block, each behind an adaptive layer norm and a gate that is
 * zero at first, so that the fresh block is the identity (Peebles and Xie 2023, "adaLN-Zero").
 *
 * <pre>
 *   shift₁, scale₁, gate₁, shift₂, scale₂, gate₂ = W silu(c) + b
 *   x ← x + gate₁ f₁(LN(x) (1 + scale₁) + shift₁)
 *   x ← x + gate₂ f₂(LN(x) (1 + scale₂) + shift₂)
 * </pre>
 */
public final class AdaLayerNormZero {
  private AdaLayerNormZero() {}

  /** The projection to the six vectors. */
  public static Modulation modulation(int width, Rng rng) {
    return new Modulation(width, 6, rng);
  }

  /**
   * Runs both branches.
   *
   * @param x tokens (B, N, D)
   * @param m the six vectors, each (B, D)
   */
  public static Tensor apply(
      Tensor x, TensorVector m, UnaryOperator<Tensor> first, UnaryOperator<Tensor> second) {
    return branch(branch(x, m, 0, first), m, 3, second);
  }

  private static Tensor branch(Tensor x, TensorVector m, int at, UnaryOperator<Tensor> f) {
    Tensor inner = f.apply(AdaLayerNorm.apply(x, m.get(at), m.get(at + 1)));
    return torch.addcmul(x, m.get(at + 2).unsqueeze(1), inner);
  }
}
