package kinetone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Against sail-sg/Adan: goldens/adan.py. */
class AdanTest {
  private static final double TOLERANCE = 2e-6;
  private static final double CLIP = 0.5;

  private static OptimizerConfig config(boolean noProx, Double... betas) {
    return new OptimizerConfig(
        OptimizerConfig.Kind.ADAN, 3e-2, List.of(betas), 1e-8, 0.05, false, noProx, null);
  }

  private static OptimizerConfig right(boolean noProx) {
    return config(noProx, 0.95, 0.9, 0.97);
  }

  private static float[] wave(int count, double scale, double shift, boolean sine) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      double at = scale * i + shift;
      values[i] = (float) (sine ? Math.sin(at) : Math.cos(at));
    }
    return values;
  }

  private static Map<String, Tensor> problem() {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    parameters.put("weight", Tensors.of(wave(12, 1, 0, true), 3, 4).set_requires_grad(true));
    parameters.put("bias", Tensors.of(wave(3, 1, 0, false), 3).set_requires_grad(true));
    return parameters;
  }

  private static void train(
      Optimizer optimizer, Map<String, Tensor> parameters, int from, int until, double clip) {
    for (int n = from; n < until; n++) {
      Tensor x = Tensors.of(wave(20, 0.7, n, true), 5, 4);
      Tensor y = Tensors.of(wave(15, 0.4, -n, false), 5, 3);
      Tensor error = x.matmul(parameters.get("weight").t()).add(parameters.get("bias")).sub(y);
      parameters.values().forEach(p -> p.mutable_grad().reset());
      error.square().mean().backward();
      GradientClip.clip(parameters.values(), clip);
      optimizer.step(n < 25 ? 3e-2 : 1e-2);
    }
  }

  /** Fifty steps; the greatest difference from the golden over weights and state. */
  private static double difference(String name, OptimizerConfig config, double clip) {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> parameters = problem();
      try (Optimizer optimizer = Optimizer.of(config, parameters)) {
        train(optimizer, parameters, 0, 50, clip);
        Map<String, Tensor> actual = new LinkedHashMap<>(parameters);
        actual.putAll(optimizer.state());
        double worst = 0;
        for (Map.Entry<String, Tensor> golden : golden(name).entrySet()) {
          float[] expected = Tensors.toFloats(golden.getValue());
          float[] got = Tensors.toFloats(actual.get(golden.getKey()));
          for (int i = 0; i < expected.length; i++) {
            worst = Math.max(worst, Math.abs(expected[i] - got[i]));
          }
        }
        return worst;
      }
    }
  }

  private static Map<String, Tensor> golden(String name) {
    try {
      String resource = "/goldens/adan/" + name + ".safetensors";
      return SafeTensors.read(Path.of(AdanTest.class.getResource(resource).toURI())).tensors();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void fifty_clipped_steps_equal_those_of_the_authors_in_both_forms_of_decay() {
    assertThat(difference("prox", right(false), CLIP)).isLessThan(TOLERANCE);
    assertThat(difference("no_prox", right(true), CLIP)).isLessThan(TOLERANCE);
  }

  @Test
  void negative_control_what_is_wrong_is_noticed() {
    double wrong = 30 * TOLERANCE;
    assertThat(difference("prox", right(true), CLIP)).as("no_prox").isGreaterThan(wrong);
    assertThat(difference("prox", right(false), 0)).as("not clipped").isGreaterThan(wrong);
    assertThat(difference("prox", config(false, 0.9, 0.95, 0.97), CLIP))
        .as("swapped betas")
        .isGreaterThan(wrong);
    OptimizerConfig everything =
        new OptimizerConfig(
            OptimizerConfig.Kind.ADAN,
            3e-2,
            List.of(0.95, 0.9, 0.97),
            1e-8,
            0.05,
            true,
            false,
            null);
    assertThat(difference("prox", everything, CLIP)).as("decay of biases").isGreaterThan(wrong);
  }

  @Test
  void a_restored_state_goes_on_bit_for_bit() {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> straight = problem();
      Map<String, Tensor> resumed = problem();
      try (Optimizer first = Optimizer.of(right(false), straight);
          Optimizer second = Optimizer.of(right(false), resumed)) {
        train(first, straight, 0, 10, CLIP);
        second.load("state", first.state());
        NamedTensors.copy("weights", straight, resumed);
        train(first, straight, 10, 20, CLIP);
        train(second, resumed, 10, 20, CLIP);
        straight.forEach(
            (name, p) -> assertThat(torch.equal(p, resumed.get(name))).as(name).isTrue());
        first
            .state()
            .forEach(
                (name, t) ->
                    assertThat(torch.equal(t, second.state().get(name))).as(name).isTrue());
        assertThat(Tensors.toFloats(second.state().get("step.bias"))).containsExactly(20f);
      }
    }
  }

  @Test
  void a_parameter_without_gradient_is_left_alone_and_counts_its_own_steps() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor still = torch.ones(2, 2).set_requires_grad(true);
      Tensor moved = torch.ones(2, 2).set_requires_grad(true);
      Map<String, Tensor> parameters = Map.of("still", still, "moved", moved);
      try (Optimizer optimizer = Optimizer.of(OptimizerConfig.adan(1e-2, 0), parameters)) {
        moved.sum().backward();
        optimizer.step(1e-2);
        assertThat(Tensors.toFloats(still)).containsOnly(1f);
        float[] first = Tensors.toFloats(moved);
        assertThat(first[0]).isLessThan(1);
        still.sum().backward();
        optimizer.step(1e-2);
        // Its first step is like the other's first.
        assertThat(Tensors.toFloats(still)).isEqualTo(first);
        assertThat(Tensors.toFloats(optimizer.state().get("step.still"))).containsExactly(1f);
        assertThat(Tensors.toFloats(optimizer.state().get("step.moved"))).containsExactly(2f);
      }
    }
  }

  @Test
  void each_optimiser_takes_its_own_betas_and_options() {
    assertThat(OptimizerConfig.adan(5e-4, 0).betas()).containsExactly(0.98, 0.92, 0.99);
    assertThatThrownBy(() -> config(false, 0.9, 0.99))
        .hasMessage("betas = [0.9, 0.99], must be 3 numbers for ADAN");
    assertThatThrownBy(
            () ->
                new OptimizerConfig(
                    OptimizerConfig.Kind.ADAMW, 1e-3, null, null, null, null, true, null))
        .hasMessage("noProx is an option of ADAN, not of ADAMW");
  }
}
