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

/** Against torch.optim.Muon: goldens/muon.py. */
class MuonTest {
  private static final double TOLERANCE = 1e-4;

  private static OptimizerConfig config(
      double weightDecay, List<String> elementwise, Double... betas) {
    return new OptimizerConfig(
        OptimizerConfig.Kind.MUON,
        3e-2,
        List.of(betas),
        1e-8,
        weightDecay,
        false,
        null,
        elementwise);
  }

  private static OptimizerConfig right() {
    return config(0.05, List.of("^tab"), 0.9, 0.8, 0.97);
  }

  private static Tensor wave(int rows, int columns, double scale, double shift, boolean sine) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      double at = scale * i + shift;
      values[i] = (float) (sine ? Math.sin(at) : Math.cos(at));
    }
    return Tensors.of(values, rows, columns);
  }

  private static Map<String, Tensor> problem() {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    parameters.put("tall", wave(6, 4, 1, 0, true));
    parameters.put("wide", wave(3, 6, 1, 0, true));
    parameters.put("table", wave(3, 4, 1, 0, true));
    parameters.put("bias", wave(1, 3, 1, 0, false).reshape(3));
    parameters.replaceAll((name, p) -> p.detach().set_requires_grad(true));
    return parameters;
  }

  private static void train(
      Optimizer optimizer, Map<String, Tensor> parameters, int from, int until) {
    for (int n = from; n < until; n++) {
      Tensor x = wave(5, 4, 0.7, n, true);
      Tensor y = wave(5, 3, 0.4, -n, false);
      Tensor hidden = x.matmul(parameters.get("tall").t()).tanh();
      Tensor made =
          hidden
              .matmul(parameters.get("wide").t())
              .add(x.matmul(parameters.get("table").t()))
              .add(parameters.get("bias"));
      parameters.values().forEach(p -> p.mutable_grad().reset());
      made.sub(y).square().mean().backward();
      optimizer.step(n < 25 ? 3e-2 : 1e-2);
    }
  }

  /** Fifty steps; the greatest difference from the golden over weights and state. */
  private static double difference(OptimizerConfig config) {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> parameters = problem();
      try (Optimizer optimizer = Optimizer.of(config, parameters)) {
        train(optimizer, parameters, 0, 50);
        Map<String, Tensor> actual = new LinkedHashMap<>(optimizer.state());
        actual.putAll(parameters);
        double worst = 0;
        for (Map.Entry<String, Tensor> golden : golden().entrySet()) {
          Tensor got = actual.get(golden.getKey());
          if (got != null) {
            worst = Math.max(worst, got.sub(golden.getValue()).abs().max().item_double());
          }
        }
        return worst;
      }
    }
  }

  private static Map<String, Tensor> golden() {
    try {
      String resource = "/goldens/muon/steps.safetensors";
      return SafeTensors.read(Path.of(MuonTest.class.getResource(resource).toURI())).tensors();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void fifty_steps_equal_those_of_torch_for_tall_and_wide_matrices_and_for_the_rest() {
    assertThat(difference(right())).isLessThan(TOLERANCE);
    try (TensorScope scope = TensorScope.open();
        Optimizer optimizer = Optimizer.of(right(), problem())) {
      assertThat(optimizer.state().keySet()).containsAll(stateNames());
    }
  }

  private static List<String> stateNames() {
    return golden().keySet().stream().filter(name -> name.contains(".")).toList();
  }

  @Test
  void negative_control_what_is_wrong_is_noticed() {
    double wrong = 10 * TOLERANCE;
    List<String> table = List.of("table");
    assertThat(difference(config(0, table, 0.9, 0.8, 0.97))).as("no decay").isGreaterThan(wrong);
    assertThat(difference(config(0.05, table, 0.95, 0.8, 0.97)))
        .as("momentum")
        .isGreaterThan(wrong);
    assertThat(difference(config(0.05, table, 0.9, 0.97, 0.8)))
        .as("swapped betas")
        .isGreaterThan(wrong);
    assertThat(difference(config(0.05, List.of(), 0.9, 0.8, 0.97)))
        .as("table orthogonalised")
        .isGreaterThan(wrong);
    assertThat(difference(config(0.05, List.of("table", "tall"), 0.9, 0.8, 0.97)))
        .as("tall matrix not orthogonalised")
        .isGreaterThan(wrong);
  }

  @Test
  void a_restored_state_goes_on_bit_for_bit() {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> straight = problem();
      Map<String, Tensor> resumed = problem();
      try (Optimizer first = Optimizer.of(right(), straight);
          Optimizer second = Optimizer.of(right(), resumed)) {
        train(first, straight, 0, 10);
        second.load("state", first.state());
        NamedTensors.copy("weights", straight, resumed);
        train(first, straight, 10, 20);
        train(second, resumed, 10, 20);
        straight.forEach(
            (name, p) -> assertThat(torch.equal(p, resumed.get(name))).as(name).isTrue());
        first
            .state()
            .forEach(
                (name, t) ->
                    assertThat(torch.equal(t, second.state().get(name))).as(name).isTrue());
      }
    }
  }

  @Test
  void a_matrix_without_gradient_is_left_alone() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor still = torch.ones(2, 2).set_requires_grad(true);
      Tensor moved = torch.ones(2, 2).set_requires_grad(true);
      try (Optimizer optimizer =
          Optimizer.of(config(0.1, null, 0.9, 0.8, 0.9), Map.of("still", still, "moved", moved))) {
        moved.sum().backward();
        optimizer.step(1e-2);
        assertThat(Tensors.toFloats(still)).containsOnly(1f);
        assertThat(Tensors.toFloats(moved)[0]).isLessThan(1);
        assertThat(Tensors.toFloats(optimizer.state().get("step.still"))).containsExactly(0f);
        assertThat(Tensors.toFloats(optimizer.state().get("step.moved"))).containsExactly(1f);
      }
    }
  }

  @Test
  void patterns_are_checked_and_belong_to_muon_alone() {
    assertThatThrownBy(() -> config(0, List.of("a("), 0.9, 0.8, 0.9))
        .hasMessageStartingWith("elementwise: 'a(' is no regular expression: ");
    assertThatThrownBy(
            () ->
                new OptimizerConfig(
                    OptimizerConfig.Kind.ADAMW, 1e-3, null, null, null, null, null, List.of("a")))
        .hasMessage("elementwise is an option of MUON, not of ADAMW");
  }
}
