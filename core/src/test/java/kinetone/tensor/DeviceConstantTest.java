package kinetone.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class DeviceConstantTest {
  @Test
  void who_asks_again_gets_the_same_numbers_and_no_copy() {
    DeviceConstant constant = DeviceConstant.of(new float[] {1, 2, 3});
    try (PointerScope scope = new PointerScope()) {
      Tensor single = Tensors.of(new float[] {0}, 1);
      Tensor wide = single.to(ScalarType.Double);
      long first = constant.like(single).data_ptr().address();
      assertThat(constant.like(single).data_ptr().address()).isEqualTo(first);
      assertThat(constant.like(Tensors.of(new float[] {5}, 1)).data_ptr().address())
          .isEqualTo(first);
      assertThat(constant.on(single.device(), ScalarType.Float).data_ptr().address())
          .isEqualTo(first);
      assertThat(constant.like(wide).scalar_type().intern()).isEqualTo(ScalarType.Double);
      assertThat(Tensors.toFloats(constant.like(wide).to(ScalarType.Float)))
          .containsExactly(1, 2, 3);
    }
  }
}
