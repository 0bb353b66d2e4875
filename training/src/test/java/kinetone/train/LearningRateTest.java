package kinetone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class LearningRateTest {
  @Test
  void the_cosine_rises_to_the_peak_and_ends_at_the_final_fraction() {
    LearningRate rate = LearningRate.cosine(10, 0.1);
    assertThat(rate.factor(0, 101)).isCloseTo(0.1, within(1e-12));
    assertThat(rate.factor(9, 101)).isEqualTo(1);
    assertThat(rate.factor(10, 101)).isEqualTo(1);
    assertThat(rate.factor(55, 101)).isCloseTo(0.55, within(1e-12));
    assertThat(rate.factor(100, 101)).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void the_constant_rate_does_not_depend_on_the_goal() {
    LearningRate rate = LearningRate.constant(4);
    assertThat(rate.factor(1, 10)).isEqualTo(0.5);
    assertThat(rate.factor(8, 10)).isEqualTo(rate.factor(8, 1000)).isEqualTo(1);
  }

  @Test
  void clipping_scales_all_gradients_to_the_limit_and_returns_the_norm_before() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor a = torch.zeros(2).set_requires_grad(true);
      Tensor b = torch.zeros(1).set_requires_grad(true);
      Tensor weights = Tensors.of(new float[] {2, 3}, 2);
      a.mul(weights).sum().add(b.mul(new Scalar(6f)).sum()).backward();

      double norm = GradientClip.clip(Map.of("a", a, "b", b).values(), 3.5);

      assertThat(norm).isCloseTo(7, within(1e-6));
      assertThat(Tensors.toFloats(a.grad())).containsExactly(new float[] {1, 1.5f}, within(1e-5f));
      assertThat(Tensors.toFloats(b.grad())).containsExactly(new float[] {3}, within(1e-5f));
    }
  }
}
