package kinetone.nn.attention;

import static org.bytedeco.pytorch.global.torch.matmul;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** softmax(Q Kᵀ / √d) V (Vaswani et al. 2017, eq. 1). */
public final class ScaledDotProduct {
  private ScaledDotProduct() {}

  /**
   * Mixes the values.
   *
   * @param q queries (B, heads, N, d)
   * @param k keys (B, heads, M, d)
   * @param v values (B, heads, M, d)
   * @return (B, heads, N, d)
   */
  public static Tensor of(Tensor q, Tensor k, Tensor v) {
    // libtorch's fused kernel for bfloat16 on CPUs without AMX is 60 times slower than two
    // products.
    return q.is_cpu() && q.scalar_type().intern() == ScalarType.BFloat16
        ? inTwoProducts(q, k, v)
        : scaled_dot_product_attention(q, k, v);
  }

  /** As {@link #of} with the N·M weights in memory. */
  static Tensor inTwoProducts(Tensor q, Tensor k, Tensor v) {
    Tensor scaled = q.mul(new Scalar(1 / Math.sqrt((double) q.size(-1))));
    Tensor weights = matmul(scaled, k.transpose(-2, -1)).softmax(-1);
    return matmul(weights, v);
  }
}
