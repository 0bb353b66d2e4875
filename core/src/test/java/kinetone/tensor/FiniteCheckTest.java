package kinetone.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FiniteCheckTest {
  /** Longer than what is looked at in one go, and no multiple of it. */
  private static final int COUNT = 20_003;

  @ParameterizedTest
  @EnumSource(
      value = ScalarType.class,
      names = {"Half", "BFloat16", "Float", "Double"})
  void one_number_that_is_none_is_found_wherever_it_stands(ScalarType type) {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(3)) {
      Tensor numbers = rng.normal(COUNT).mul(new Scalar(1e4)).to(type);
      assertThat(FiniteCheck.isFinite(numbers)).isTrue();
      for (double none : new double[] {Double.NaN, 1 / 0.0, -1 / 0.0}) {
        for (int at : new int[] {0, 8191, 8192, COUNT - 1}) {
          Tensor spoilt = numbers.clone();
          spoilt.select(0, at).fill_(new Scalar(none));
          assertThat(FiniteCheck.isFinite(spoilt)).as("%s at %d", none, at).isFalse();
        }
      }
    }
  }

  @Test
  void the_largest_numbers_and_integers_are_finite() {
    try (TensorScope scope = TensorScope.open()) {
      float most = Float.MAX_VALUE;
      assertThat(FiniteCheck.isFinite(Tensors.of(new float[] {most, -most, 0}, 3))).isTrue();
      assertThat(FiniteCheck.isFinite(Tensors.of(new float[0], 0))).isTrue();
      assertThat(FiniteCheck.isFinite(Tensors.of(new long[] {-1, Long.MAX_VALUE}, 2))).isTrue();
      Tensor half = Tensors.of(new float[] {65504, -65504}, 2).to(ScalarType.Half);
      assertThat(FiniteCheck.isFinite(half)).isTrue();
    }
  }
}
