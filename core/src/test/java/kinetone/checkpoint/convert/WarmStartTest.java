package kinetone.checkpoint.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.KinetoneException;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmStartTest {
  @TempDir Path folder;
  private final Net net = new Net();

  /** A layer that another network has too, and one that it has not. */
  private static final class Net extends Module {
    final LinearImpl shared = register_module("shared", new LinearImpl(2, 3));
    final LinearImpl own = register_module("own", new LinearImpl(3, 1));

    Net() {
      super("Net");
    }
  }

  /** {@code shared.*} is called {@code trunk.*}; {@code classes} is of another network. */
  private static final Naming NAMING =
      new Naming() {
        @Override
        public String label() {
          return "trunk";
        }

        @Override
        public Optional<Layout> layout(String name, long[] shape) {
          return name.startsWith("shared.")
              ? Optional.of(new Layout.Renamed(name.replace("shared.", "trunk."), shape))
              : Optional.empty();
        }

        @Override
        public boolean isOfAnother(String name) {
          return name.equals("classes");
        }
      };

  private static Map<String, Tensor> weights() {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("trunk.weight", Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2));
    weights.put("trunk.bias", Tensors.of(new float[] {7, 8, 9}, 3));
    weights.put("classes", Tensors.of(new float[] {0}, 1));
    return weights;
  }

  private void write(Map<String, Tensor> weights) {
    ComponentFolder.write(folder, "Other", Map.of(), weights, ScalarType.Half);
  }

  @Test
  void what_the_naming_maps_is_copied_and_the_rest_is_named() {
    try (TensorScope scope = TensorScope.open()) {
      write(weights());
      float[] own = Tensors.toFloats(net.own.weight());
      WarmStart.Uncovered left = WarmStart.start(folder, net, NAMING);
      assertThat(Tensors.toFloats(net.shared.weight())).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(Tensors.toFloats(net.shared.bias())).containsExactly(7, 8, 9);
      assertThat(net.shared.weight().scalar_type().intern()).isEqualTo(ScalarType.Float);
      assertThat(Tensors.toFloats(net.own.weight())).isEqualTo(own);
      assertThat(left.fresh()).containsExactly("own.weight", "own.bias");
      assertThat(left.unused()).containsExactly("classes");
      assertThat(net.shared.weight().requires_grad()).isTrue();
    }
  }

  @Test
  void what_the_naming_promises_must_be_there_and_nothing_else() {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> missing = weights();
      missing.remove("trunk.bias");
      refused(missing, "missing trunk.bias");
      Map<String, Tensor> misshapen = weights();
      misshapen.put("trunk.bias", Tensors.of(new float[] {7, 8}, 2));
      refused(misshapen, "trunk.bias has shape [2], expected [3]");
      Map<String, Tensor> more = weights();
      more.put("trunk.scale", Tensors.of(new float[] {1}, 1));
      refused(more, "unexpected trunk.scale");
    }
  }

  private void refused(Map<String, Tensor> weights, String message) {
    write(weights);
    float[] before = Tensors.toFloats(net.shared.weight());
    assertThatThrownBy(() -> WarmStart.start(folder, net, NAMING))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message);
    assertThat(Tensors.toFloats(net.shared.weight())).isEqualTo(before);
  }

  @Test
  void a_network_of_the_same_names_is_covered_whole() {
    try (TensorScope scope = TensorScope.open()) {
      write(StateDict.of(new Net()));
      WarmStart.Uncovered left = WarmStart.start(folder, net, Naming.same("Kinetone"));
      assertThat(left.fresh()).isEmpty();
      assertThat(left.unused()).isEmpty();
    }
  }
}
