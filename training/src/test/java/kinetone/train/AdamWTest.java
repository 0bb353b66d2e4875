package kinetone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.common.KinetoneException;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Against torch.optim.AdamW: goldens/adamw.py. */
class AdamWTest {
  private static final double TOLERANCE = 2e-6;

  private static OptimizerConfig config(double beta1, double beta2) {
    return new OptimizerConfig(
        OptimizerConfig.Kind.ADAMW, 3e-2, List.of(beta1, beta2), 1e-8, 0.05, false);
  }

  private static float[] wave(int count, double scale, double shift, boolean sine) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      double at = scale * i + shift;
      values[i] = (float) (sine ? Math.sin(at) : Math.cos(at));
    }
    return values;
  }

  /** Fifty steps; the greatest difference from the golden over weights and moments. */
  private static double differenceAfterFiftySteps(OptimizerConfig config) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = Tensors.of(wave(12, 1, 0, true), 3, 4).set_requires_grad(true);
      Tensor bias = Tensors.of(wave(3, 1, 0, false), 3).set_requires_grad(true);
      Map<String, Tensor> parameters = new LinkedHashMap<>();
      parameters.put("weight", weight);
      parameters.put("bias", bias);
      try (Optimizer optimizer = Optimizer.of(config, parameters)) {
        for (int n = 0; n < 50; n++) {
          Tensor x = Tensors.of(wave(20, 0.7, n, true), 5, 4);
          Tensor y = Tensors.of(wave(15, 0.4, -n, false), 5, 3);
          Tensor error = x.matmul(weight.t()).add(bias).sub(y);
          GradientClip.clip(parameters.values(), 0);
          weight.mutable_grad().reset();
          bias.mutable_grad().reset();
          error.square().mean().backward();
          optimizer.step(n < 25 ? 3e-2 : 1e-2);
        }
        Map<String, Tensor> actual = new LinkedHashMap<>(parameters);
        actual.putAll(optimizer.state());
        double worst = 0;
        for (Map.Entry<String, Tensor> golden : golden().entrySet()) {
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

  private static Map<String, Tensor> golden() {
    try {
      return SafeTensors.read(
              Path.of(AdamWTest.class.getResource("/goldens/adamw/weights.safetensors").toURI()))
          .tensors();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void fifty_steps_equal_those_of_pytorch() {
    assertThat(differenceAfterFiftySteps(config(0.8, 0.97))).isLessThan(TOLERANCE);
  }

  @Test
  void negative_control_swapped_betas_are_noticed() {
    assertThat(differenceAfterFiftySteps(config(0.97, 0.8))).isGreaterThan(100 * TOLERANCE);
  }

  @Test
  void negative_control_decay_of_biases_is_noticed() {
    OptimizerConfig decaying =
        new OptimizerConfig(null, 3e-2, List.of(0.8, 0.97), 1e-8, 0.05, true);
    assertThat(differenceAfterFiftySteps(decaying)).isGreaterThan(100 * TOLERANCE);
  }

  @Test
  void a_parameter_without_gradient_is_left_alone() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor still = torch.ones(2, 2).set_requires_grad(true);
      try (Optimizer optimizer = Optimizer.of(config(0.9, 0.999), Map.of("still", still))) {
        optimizer.step(1);
        assertThat(Tensors.toFloats(still)).containsOnly(1f);
        assertThat(Tensors.toFloats(optimizer.state().get("step.still"))).containsExactly(0f);
      }
    }
  }

  @Test
  void a_state_for_other_parameters_is_refused() {
    try (TensorScope scope = TensorScope.open();
        Optimizer a = Optimizer.of(config(0.9, 0.999), Map.of("a", torch.ones(2)));
        Optimizer b = Optimizer.of(config(0.9, 0.999), Map.of("b", torch.ones(2)))) {
      assertThatThrownBy(() -> a.load("x.safetensors", b.state()))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("x.safetensors")
          .hasMessageContaining("missing exp_avg.a");
    }
  }
}
