package kinetone.nn.attention;

import kinetone.common.Check;
import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Multi-head attention of tokens to what a condition says, with the parameters {@code q_linear},
 * {@code kv_linear} and {@code proj} of PixArt and Open-Sora. Where public code packs the valid
 * tokens of all examples into one sequence, here the others are masked, which is the same.
 */
public final class CrossAttention extends Module {
  private final int width;
  private final int heads;
  private final Linear queries;
  private final Linear keysAndValues;
  private final Linear proj;

  /** Xavier-initialised; {@code width} must be divisible by {@code heads}. */
  public CrossAttention(int width, int heads, Rng rng) {
    super("CrossAttention");
    Check.divisible("width", width, "heads", heads);
    this.width = width;
    this.heads = heads;
    queries = register_module("q_linear", Linear.xavier(width, width, rng));
    keysAndValues = register_module("kv_linear", Linear.xavier(width, 2L * width, rng));
    proj = register_module("proj", Linear.xavier(width, width, rng));
  }

  /** Sets the last layer to zero: a residual branch that starts as nothing. */
  public void zeroInitialise(Rng rng) {
    proj.zeroInitialise(rng);
  }

  /**
   * What is added to the tokens.
   *
   * @param x (B, N, width)
   * @param condition (B, M, width)
   * @param mask bool (B, M), true where the condition says something: in one place at least
   */
  public Tensor forward(Tensor x, Tensor condition, Tensor mask) {
    Tensor q = queries.forward(x).unflatten(-1, heads, width / heads).transpose(1, 2);
    TensorVector kv =
        keysAndValues
            .forward(condition)
            .view(condition.size(0), condition.size(1), 2, heads, width / heads)
            .permute(2, 0, 3, 1, 4)
            .unbind(0);
    Tensor mixed = ScaledDotProduct.masked(q, kv.get(0), kv.get(1), mask.unsqueeze(1).unsqueeze(1));
    return proj.forward(mixed.transpose(1, 2).reshape(x.size(0), x.size(1), width));
  }
}
