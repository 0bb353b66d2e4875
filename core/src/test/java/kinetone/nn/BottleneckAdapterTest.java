package kinetone.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class BottleneckAdapterTest {
  private static final double FAR_BELOW = -1000;

  @Test
  void shut_for_good_it_learns_nothing_but_behind_a_norm_it_does() {
    assertThat(gradients(false)).containsOnly(0.0);
    assertThat(gradients(true)).allMatch(gradient -> gradient > 1e-4);
  }

  /** Of both layers, where all hidden numbers are far below zero. */
  private static List<Double> gradients(boolean normed) {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      BottleneckAdapter adapter = filled(normed, rng);
      Map<String, Tensor> weights = StateDict.parameters(adapter);
      adapter.forward(rng.normal(5, 16)).square().sum().backward();
      return Stream.of("down.weight", "up.weight")
          .map(name -> (double) weights.get(name).grad().abs().max().item_float())
          .toList();
    }
  }

  @Test
  void behind_a_norm_an_offset_that_all_hidden_numbers_share_makes_no_difference() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      Tensor x = rng.normal(5, 16);
      BottleneckAdapter adapter = filled(true, rng);
      float[] made = Tensors.toFloats(adapter.forward(x).detach());
      Init.constant(StateDict.parameters(adapter).get("down.bias"), 0);
      float[] expected = Tensors.toFloats(adapter.forward(x).detach());
      for (int i = 0; i < made.length; i++) {
        assertThat(Math.abs(made[i] - expected[i])).isLessThan(1e-3f);
      }
    }
  }

  private static BottleneckAdapter filled(boolean normed, Rng rng) {
    BottleneckAdapter adapter = new BottleneckAdapter(16, 0.5, normed, rng);
    Map<String, Tensor> weights = StateDict.parameters(adapter);
    Init.normal(weights.get("up.weight"), 0.5, rng);
    Init.constant(weights.get("down.bias"), FAR_BELOW);
    return adapter;
  }
}
