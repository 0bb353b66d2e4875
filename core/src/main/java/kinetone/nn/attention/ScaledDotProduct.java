package kinetone.nn.attention;

import static org.bytedeco.pytorch.global.torch.matmul;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
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
    return slowInFusedKernel(q) ? inTwoProducts(q, k, v) : scaled_dot_product_attention(q, k, v);
  }

  /**
   * As {@link #of(Tensor, Tensor, Tensor)} with {@code bias} added to the scaled scores: softmax(Q
   * Kᵀ / √d + bias) V.
   *
   * @param bias broadcasts to (B, heads, N, M)
   */
  public static Tensor of(Tensor q, Tensor k, Tensor v, Tensor bias) {
    if (slowInFusedKernel(q)) {
      return matmul(scores(q, k).add(bias).softmax(-1).to(v.scalar_type()), v);
    }
    return scaled_dot_product_attention(
        q, k, v, new TensorOptional(bias), 0, false, new DoubleOptional(), false);
  }

  /**
   * As {@link #of(Tensor, Tensor, Tensor)} among the keys that {@code mask} marks.
   *
   * @param mask bool, broadcasts to (B, heads, N, M); true in one place of each row at least
   */
  public static Tensor masked(Tensor q, Tensor k, Tensor v, Tensor mask) {
    if (slowInFusedKernel(q)) {
      Tensor kept = scores(q, k).where(mask, new Scalar(Double.NEGATIVE_INFINITY));
      return matmul(kept.softmax(-1).to(v.scalar_type()), v);
    }
    return scaled_dot_product_attention(
        q, k, v, new TensorOptional(mask), 0, false, new DoubleOptional(), false);
  }

  /**
   * libtorch's fused kernel for bfloat16 on CPUs without AMX is 60 times slower than two products.
   */
  private static boolean slowInFusedKernel(Tensor q) {
    return q.is_cpu() && q.scalar_type().intern() == ScalarType.BFloat16;
  }

  /** As {@link #of} with the N·M weights in memory. */
  static Tensor inTwoProducts(Tensor q, Tensor k, Tensor v) {
    return matmul(scores(q, k).softmax(-1), v);
  }

  private static Tensor scores(Tensor q, Tensor k) {
    return matmul(q.mul(new Scalar(1 / Math.sqrt((double) q.size(-1)))), k.transpose(-2, -1));
  }
}
