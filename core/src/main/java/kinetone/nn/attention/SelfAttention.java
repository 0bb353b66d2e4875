package kinetone.nn.attention;

import kinetone.common.Check;
import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Multi-head self-attention over all tokens, with one projection for queries, keys and values
 * (Vaswani et al. 2017; parameters {@code qkv} and {@code proj} as in DiT). Softmax scale is
 * headWidth^−½.
 */
public final class SelfAttention extends Module {
  private final int width;
  private final int heads;
  private final Linear qkv;
  private final Linear proj;

  /** Xavier-initialised; {@code width} must be divisible by {@code heads}. */
  public SelfAttention(int width, int heads, Rng rng) {
    super("SelfAttention");
    Check.divisible("width", width, "heads", heads);
    this.width = width;
    this.heads = heads;
    qkv = register_module("qkv", Linear.xavier(width, 3L * width, rng));
    proj = register_module("proj", Linear.xavier(width, width, rng));
  }

  /** Sets the last layer to zero: a residual branch that starts as nothing. */
  public void startSilent() {
    proj.startAtZero();
  }

  /** (B, N, width) to (B, N, width). */
  public Tensor forward(Tensor x) {
    long batch = x.size(0);
    long tokens = x.size(1);
    Tensor fused = qkv.forward(x).view(batch, tokens, 3, heads, width / heads);
    TensorVector parts = fused.permute(2, 0, 3, 1, 4).unbind(0); // 3 × (B, heads, N, head width)
    Tensor mixed = ScaledDotProduct.of(parts.get(0), parts.get(1), parts.get(2));
    return proj.forward(mixed.transpose(1, 2).reshape(batch, tokens, width));
  }
}
