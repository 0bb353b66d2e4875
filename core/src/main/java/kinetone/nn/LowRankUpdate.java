package kinetone.nn;

import kinetone.common.Check;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A low-rank update of a linear layer that stays frozen, added to its result (Hu et al. 2021, LoRA,
 * section 4.1):
 *
 * <pre>
 *   Δy = (α / r) B A x,   A (r, in) Kaiming-uniform, B (out, r) zero at first
 * </pre>
 *
 * The paper draws A from a normal; its code ({@code loralib}), which we follow, from U(±1/√in).
 * Parameters are {@code lora_A} and {@code lora_B} as there.
 */
public final class LowRankUpdate extends Module {
  private final Tensor down;
  private final Tensor up;
  private final Scalar scale;

  /**
   * An update that is zero at first.
   *
   * @param in width of x
   * @param out width of Δy
   * @param rank r
   * @param alpha α; with α = r the scale is 1
   */
  public LowRankUpdate(long in, long out, int rank, double alpha, Rng rng) {
    super("LowRankUpdate");
    Check.atLeast("rank", rank, 1);
    Check.that(alpha > 0 && Double.isFinite(alpha), "alpha = %s, must be positive", alpha);
    down = Init.weight(rng, rank, in);
    up = Init.weight(rng, out, rank);
    register_parameter("lora_A", down);
    register_parameter("lora_B", up);
    scale = new Scalar(alpha / rank);
    Init.fanInUniform(down, rng);
    Init.zero(up, rng);
  }

  /** Δy (..., out) for x (..., in). */
  public Tensor forward(Tensor x) {
    return torch.linear(torch.linear(x, down), up).mul(scale);
  }
}
