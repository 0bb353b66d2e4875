package kinetone.latent;

import static org.assertj.core.api.Assertions.assertThat;

import kinetone.nn.Init;
import kinetone.tensor.Differentiation;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** Checks on gradients. */
public final class Gradients {
  private Gradients() {}

  /**
   * Draws the parameters that begin as zeros, so that what lies behind them takes part.
   *
   * @return the module
   */
  public static <M extends Module> M awaken(M module, Rng rng) {
    try (TensorScope scope = TensorScope.open()) {
      StateDict.parameters(module)
          .values()
          .forEach(
              parameter -> {
                if (parameter.abs().sum().item_float() == 0) {
                  Init.normal(parameter, 0.05, rng);
                }
              });
    }
    return module;
  }

  /** Differentiates {@code loss} and requires a finite gradient, not all zero, everywhere. */
  public static void assertReachEveryParameter(Module module, Tensor loss) {
    try (TensorScope scope = TensorScope.open()) {
      module.zero_grad(true);
      Differentiation.backward(loss);
      StateDict.parameters(module)
          .forEach(
              (name, parameter) -> {
                assertThat(parameter.grad().defined()).as(name).isTrue();
                float size = parameter.grad().abs().sum().item_float();
                assertThat(size).as(name).isPositive().isFinite();
              });
    }
  }
}
