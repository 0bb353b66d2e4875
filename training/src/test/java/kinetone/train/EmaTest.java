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

class EmaTest {
  /** The average after the parameter took the values 1, 2, ..., 20, from 0. */
  private static float average(boolean warmup) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor parameter = torch.zeros(3);
      try (Ema ema = new Ema(new Ema.Config(0.9, warmup), Map.of("p", parameter))) {
        for (int n = 1; n <= 20; n++) {
          parameter.fill_(new Scalar((float) n));
          ema.update();
        }
        assertThat(ema.updates()).isEqualTo(20);
        return Tensors.toFloats(ema.shadows().get("p"))[1];
      }
    }
  }

  @Test
  void the_average_follows_the_formula_with_and_without_warm_up() {
    double plain = 0;
    double warm = 0;
    for (int n = 0; n < 20; n++) {
      plain = 0.9 * plain + 0.1 * (n + 1);
      double decay = Math.min(0.9, (1.0 + n) / (10.0 + n));
      warm = decay * warm + (1 - decay) * (n + 1);
    }
    assertThat(average(false)).isCloseTo((float) plain, within(1e-4f));
    assertThat(average(true)).isCloseTo((float) warm, within(1e-4f));
    assertThat(warm - plain).isGreaterThan(1e-2);
  }

  @Test
  void swapping_in_and_out_is_exact() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor parameter = torch.zeros(2);
      try (Ema ema = new Ema(new Ema.Config(0.5, false), Map.of("p", parameter))) {
        parameter.fill_(new Scalar(0.1f));
        ema.update();
        try (Ema.Swap swap = ema.swapIn()) {
          assertThat(Tensors.toFloats(parameter)).containsOnly(0.05f);
        }
        assertThat(Tensors.toFloats(parameter)).containsOnly(0.1f);
        assertThat(Tensors.toFloats(ema.shadows().get("p"))).containsOnly(0.05f);
        ema.copyToModule();
        assertThat(Tensors.toFloats(parameter)).containsOnly(0.05f);
      }
    }
  }
}
