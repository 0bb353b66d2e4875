package kinetone.nn.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;

import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class ScaledDotProductTest {
  @Test
  void two_products_equal_the_fused_kernel() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(1)) {
      Tensor q = rng.normal(2, 3, 5, 8);
      Tensor k = rng.normal(2, 3, 7, 8);
      Tensor v = rng.normal(2, 3, 7, 8);
      Tensor fused = scaled_dot_product_attention(q, k, v);
      assertThat(distance(fused, ScaledDotProduct.of(q, k, v))).isZero();
      assertThat(distance(fused, ScaledDotProduct.inTwoProducts(q, k, v))).isLessThan(1e-5f);
    }
  }

  @Test
  void bf16_stays_bf16_and_close_to_fp32() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(1)) {
      Tensor x = rng.normal(2, 3, 5, 8);
      Tensor half = x.to(ScalarType.BFloat16);
      Tensor out = ScaledDotProduct.of(half, half, half);
      assertThat(out.scalar_type().intern()).isEqualTo(ScalarType.BFloat16);
      assertThat(distance(scaled_dot_product_attention(x, x, x), out)).isLessThan(0.05f);
    }
  }

  private static float distance(Tensor a, Tensor b) {
    return a.sub(b.to(ScalarType.Float)).abs().max().item_float();
  }
}
