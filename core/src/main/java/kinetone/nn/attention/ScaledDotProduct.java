package kinetone.nn.attention;

import static org.bytedeco.pytorch.global.torch.is_autocast_enabled;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;

import kinetone.tensor.Autocast;
import kinetone.tensor.Precision;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.DeviceType;
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
    return mixed(q, k, v, new TensorOptional());
  }

  /**
   * As {@link #of(Tensor, Tensor, Tensor)} with {@code bias} added to the scaled scores: softmax(Q
   * Kᵀ / √d + bias) V.
   *
   * @param bias broadcasts to (B, heads, N, M)
   */
  public static Tensor of(Tensor q, Tensor k, Tensor v, Tensor bias) {
    return mixed(q, k, v, new TensorOptional(bias));
  }

  /**
   * As {@link #of(Tensor, Tensor, Tensor)} among the keys that {@code mask} marks.
   *
   * @param mask bool, broadcasts to (B, heads, N, M); true in one place of each row at least
   */
  public static Tensor masked(Tensor q, Tensor k, Tensor v, Tensor mask) {
    return mixed(q, k, v, new TensorOptional(mask));
  }

  private static Tensor mixed(Tensor q, Tensor k, Tensor v, TensorOptional bias) {
    if (!halvedOnCpu(q)) {
      return fused(q, k, v, bias);
    }
    try (Autocast whole = Autocast.open(q.device(), Precision.FP32)) {
      return fused(single(q), single(k), single(v), single(bias)).to(v.scalar_type());
    }
  }

  /**
   * libtorch's fused kernel is slow in bfloat16 on CPUs, many times where they have no matrix units
   * or sequences are short: each head's products are computed in plain loops. It is quick in
   * float32, which is also closer.
   */
  private static boolean halvedOnCpu(Tensor q) {
    return q.is_cpu()
        && (q.scalar_type().intern() == ScalarType.BFloat16 || is_autocast_enabled(DeviceType.CPU));
  }

  private static Tensor single(Tensor x) {
    return x.to(ScalarType.Float);
  }

  /** Masks stay what they are. */
  private static TensorOptional single(TensorOptional bias) {
    return !bias.has_value() || bias.get().scalar_type().intern() == ScalarType.Bool
        ? bias
        : new TensorOptional(single(bias.get()));
  }

  private static Tensor fused(Tensor q, Tensor k, Tensor v, TensorOptional bias) {
    return scaled_dot_product_attention(q, k, v, bias, 0, false, new DoubleOptional(), false);
  }
}
