package kinetone.nn.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.pytorch.global.torch.matmul;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;

import kinetone.tensor.Autocast;
import kinetone.tensor.Precision;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class ScaledDotProductTest {
  @Test
  void it_is_softmax_of_scaled_products() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(1)) {
      Tensor q = rng.normal(2, 3, 5, 8);
      Tensor k = rng.normal(2, 3, 7, 8);
      Tensor v = rng.normal(2, 3, 7, 8);
      Tensor fused = scaled_dot_product_attention(q, k, v);
      assertThat(distance(fused, ScaledDotProduct.of(q, k, v))).isZero();
      Tensor scores = matmul(q, k.transpose(-2, -1)).mul(new Scalar(1 / Math.sqrt(8)));
      assertThat(distance(matmul(scores.softmax(-1), v), fused)).isLessThan(1e-5f);
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

  /** In bfloat16 the fused kernel takes many times as long, whoever asked for bfloat16. */
  @Test
  void on_cpus_attention_is_float32_under_autocast_too_and_the_scope_goes_on() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(1)) {
      Tensor x = rng.normal(2, 3, 5, 8);
      Tensor exact = scaled_dot_product_attention(x, x, x);
      try (Autocast half = Autocast.open(new Device("cpu"), Precision.BF16)) {
        assertThat(distance(exact, ScaledDotProduct.of(x, x, x))).isLessThan(1e-6f);
        assertThat(distance(exact, scaled_dot_product_attention(x, x, x))).isGreaterThan(1e-4f);
        assertThat(matmul(x, x.transpose(-2, -1)).scalar_type().intern())
            .isEqualTo(ScalarType.BFloat16);
      }
    }
  }

  @Test
  void a_bias_is_added_to_the_scaled_scores_and_learns() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(1)) {
      Tensor q = rng.normal(2, 3, 5, 8);
      Tensor k = rng.normal(2, 3, 7, 8);
      Tensor v = rng.normal(2, 3, 7, 8);
      Tensor target = rng.normal(2, 3, 5, 8);
      Tensor bias = rng.normal(1, 3, 5, 7).set_requires_grad(true);
      Tensor scores = matmul(q, k.transpose(-2, -1)).mul(new Scalar(1 / Math.sqrt(8))).add(bias);
      Tensor expected = matmul(scores.softmax(-1), v);
      expected.mul(target).sum().backward();
      Tensor gradient = bias.grad().clone();
      bias.mutable_grad().reset();
      Tensor mixed = ScaledDotProduct.of(q, k, v, bias);
      mixed.mul(target).sum().backward();
      assertThat(distance(expected, mixed)).isLessThan(1e-5f);
      assertThat(distance(gradient, bias.grad())).isLessThan(1e-5f);
      assertThat(distance(expected, ScaledDotProduct.of(q, k, v))).isGreaterThan(0.1f);
      try (NoGradGuard noGrad = new NoGradGuard()) {
        assertThat(distance(expected, ScaledDotProduct.of(q, k, v, bias))).isLessThan(1e-5f);
        ScalarType half = ScalarType.BFloat16;
        Tensor coarse = ScaledDotProduct.of(q.to(half), k.to(half), v.to(half), bias);
        assertThat(coarse.scalar_type().intern()).isEqualTo(half);
        assertThat(distance(expected, coarse)).isLessThan(0.05f);
      }
    }
  }

  private static float distance(Tensor a, Tensor b) {
    return a.sub(b.to(ScalarType.Float)).abs().max().item_float();
  }
}
