package kinetone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import kinetone.common.KinetoneException;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class StateDictTest {
  private final LinearImpl module = new LinearImpl(3, 2);

  @Test
  void weights_are_copied_whatever_their_dtype() {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> source = new LinkedHashMap<>();
      source.put("weight", Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3).to(ScalarType.Half));
      source.put("bias", Tensors.of(new float[] {7, 8}, 2).to(ScalarType.Double));
      StateDict.load("test", module, source);
      assertThat(Tensors.toFloats(module.weight())).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(Tensors.toFloats(module.bias())).containsExactly(7, 8);
      assertThat(module.bias().scalar_type().intern()).isEqualTo(ScalarType.Float);
      assertThat(StateDict.of(module).keySet()).containsExactly("weight", "bias");
      assertThat(StateDict.parameterCount(module)).isEqualTo(8);
    }
  }

  @Test
  void everything_that_does_not_fit_is_listed_and_the_module_stays_as_it_was() {
    try (TensorScope scope = TensorScope.open()) {
      float[] before = Tensors.toFloats(module.weight());
      Map<String, Tensor> source = new LinkedHashMap<>();
      source.put("weight", Tensors.of(new float[6], 3, 2));
      source.put("wieght", Tensors.of(new float[6], 2, 3));
      assertThatThrownBy(() -> StateDict.load("my.safetensors", module, source))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("my.safetensors")
          .hasMessageContaining("weight has shape [3, 2], expected [2, 3]")
          .hasMessageContaining("missing bias")
          .hasMessageContaining("unexpected wieght");
      assertThat(Tensors.toFloats(module.weight())).isEqualTo(before);
    }
  }

  @Test
  void a_long_list_of_faults_is_cut() {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> source = new LinkedHashMap<>();
      for (int i = 0; i < 10; i++) {
        source.put("extra" + i, Tensors.of(new float[1], 1));
      }
      assertThatThrownBy(() -> StateDict.load("test", module, source))
          .hasMessageContaining("missing weight; missing bias; unexpected extra0")
          .hasMessageEndingWith("and 7 more");
    }
  }
}
