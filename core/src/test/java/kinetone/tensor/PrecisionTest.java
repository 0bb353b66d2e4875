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
  void bf16_units_are_read_from_the_flags_of_the_processor() {
    assertThat(Bf16Hardware.listedIn("model : x\nflags\t\t: fpu avx512f avx512_bf16 aes\n"))
        .isTrue();
    assertThat(Bf16Hardware.listedIn("flags : fpu amx_bf16\n")).isTrue();
    assertThat(Bf16Hardware.listedIn("flags : fpu avx512f avx512_vnni\n")).isFalse();
    assertThat(Bf16Hardware.listedIn("")).isFalse();
  }

  @Test
  void names_are_lower_case_and_others_are_refused() {
    assertThat(Precision.of("bf16")).isEqualTo(Precision.BF16);
    assertThatThrownBy(() -> Precision.of("fp16"))
        .isInstanceOf(KinetoneException.class)
        .hasMessage("precision 'fp16' is unknown; use fp32, bf16 or auto");
  }
}
