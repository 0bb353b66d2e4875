package kinetone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.pytorch.global.torch.is_autocast_enabled;
import static org.bytedeco.pytorch.global.torch.matmul;

import kinetone.common.KinetoneException;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class PrecisionTest {
  private static final Device CPU = Devices.of("cpu");

  @Test
  void autocast_multiplies_in_bf16_inside_and_in_fp32_outside() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(1)) {
      Tensor a = rng.normal(4, 4);
      try (Autocast autocast = Autocast.open(CPU, Precision.BF16)) {
        assertThat(matmul(a, a).scalar_type().intern()).isEqualTo(ScalarType.BFloat16);
        try (Autocast inner = Autocast.open(CPU, Precision.FP32)) {
          assertThat(matmul(a, a).scalar_type().intern()).isEqualTo(ScalarType.Float);
        }
        assertThat(matmul(a, a).scalar_type().intern()).isEqualTo(ScalarType.BFloat16);
      }
      assertThat(matmul(a, a).scalar_type().intern()).isEqualTo(ScalarType.Float);
      assertThat(is_autocast_enabled(DeviceType.CPU)).isFalse();
    }
  }

  @Test
  void auto_is_decided_by_the_device_and_the_others_are_what_they_say() {
    assertThat(Precision.AUTO.on(CPU)).isIn(Precision.FP32, Precision.BF16);
    assertThat(Precision.FP32.on(CPU)).isEqualTo(Precision.FP32);
    assertThat(Precision.BF16.matmulType(CPU)).isEqualTo(ScalarType.BFloat16);
  }

  @Test
  void bf16_is_worth_it_where_products_are_clearly_faster_in_it() {
    assertThat(measured(0.010, 0.006).worthIt()).isTrue();
    // What a processor with vector instructions for bfloat16 but no matrix units gave.
    assertThat(measured(0.010, 0.011).worthIt()).isFalse();
    assertThat(measured(0.010, 0.009).worthIt()).isFalse();
    assertThat(measured(0.010, 0.030).worthIt()).isFalse();
  }

  @Test
  void the_first_product_and_disturbed_ones_do_not_decide_about_bf16() {
    double[] single = {9, 0.010, 5, 0.012};
    double[] half = {0.001, 0.005, 7, 0.5};
    int[] calls = new int[2];

    Bf16Speed speed =
        Bf16Speed.measure(type -> type == ScalarType.Float ? single[calls[0]++] : half[calls[1]++]);

    assertThat(speed).isEqualTo(new Bf16Speed(0.010, 0.005));
  }

  @Test
  void this_processor_is_measured_once_and_auto_follows_the_measurement() {
    assertThat(Bf16Speed.ofCpu()).isSameAs(Bf16Speed.ofCpu());
    assertThat(Precision.AUTO.on(CPU))
        .isEqualTo(Bf16Speed.ofCpu().worthIt() ? Precision.BF16 : Precision.FP32);
  }

  private static Bf16Speed measured(double fp32, double bf16) {
    return Bf16Speed.measure(type -> type == ScalarType.Float ? fp32 : bf16);
  }

  @Test
  void names_are_lower_case_and_others_are_refused() {
    assertThat(Precision.of("bf16")).isEqualTo(Precision.BF16);
    assertThatThrownBy(() -> Precision.of("fp16"))
        .isInstanceOf(KinetoneException.class)
        .hasMessage("precision 'fp16' is unknown; use fp32, bf16 or auto");
  }

  @Test
  void trainings_on_processors_are_in_fp32_unless_bf16_is_asked_for() {
    Device cpu = new Device("cpu");
    assertThat(Precision.AUTO.forTraining(cpu)).isEqualTo(Precision.FP32);
    assertThat(Precision.BF16.forTraining(cpu)).isEqualTo(Precision.BF16);
    assertThat(Precision.FP32.forTraining(cpu)).isEqualTo(Precision.FP32);
  }
}
