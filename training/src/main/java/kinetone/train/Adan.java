package kinetone.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import kinetone.tensor.TensorScope;
import kinetone.train.Moments.Slot;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Adaptive Nesterov momentum. Xie, Zhou, Li, Lin, Yan 2022, arXiv 2208.06677, algorithm 1.
 *
 * <pre>
 *   d = g − g_previous, 0 at the first step
 *   m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) d,   n ← β₃ n + (1 − β₃) (g + β₂ d)²
 *   s = √(n / (1 − β₃ᵗ)) + ε
 *   θ ← (θ − γ m / ((1 − β₁ᵗ) s) − γ β₂ v / ((1 − β₂ᵗ) s)) / (1 + γ λ)
 * </pre>
 *
 * As the authors' code (sail-sg/Adan), whose betas are one minus the paper's and which corrects the
 * bias; with {@code noProx} θ is multiplied by 1 − γ λ first and not divided afterwards. That code
 * clips by the global norm itself; here {@link GradientClip} does it before. The step is counted
 * per parameter.
 */
public final class Adan implements Optimizer {
  private final OptimizerConfig config;
  private final Moments moments;

  /** The value of each slot's {@code step}, so that it need not be fetched from the device. */
  private final Map<String, Long> steps = new LinkedHashMap<>();

  /** Zero moments for {@code parameters}, which the caller keeps alive. */
  public Adan(OptimizerConfig config, Map<String, Tensor> parameters) {
    this.config = config;
    moments = new Moments(parameters, "exp_avg", "exp_avg_diff", "exp_avg_sq", "neg_pre_grad");
    moments.slots().forEach(slot -> steps.put(slot.name(), 0L));
  }

  @Override
  public void step(double learningRate) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      // Parameters that decay alike and have seen as many steps share their factors.
      Map<Long, List<Slot>> decaying = new TreeMap<>();
      Map<Long, List<Slot>> others = new TreeMap<>();
      for (Slot slot : moments.slots()) {
        if (slot.moves()) {
          long step = steps.merge(slot.name(), 1L, Long::sum);
          (config.decays(slot.parameter()) ? decaying : others)
              .computeIfAbsent(step, k -> new ArrayList<>())
              .add(slot);
        }
      }
      decaying.forEach((step, group) -> update(group, step, learningRate, config.weightDecay()));
      others.forEach((step, group) -> update(group, step, learningRate, 0));
    }
  }

  private void update(List<Slot> group, long step, double learningRate, double weightDecay) {
    if (step == 1) {
      group.forEach(slot -> slot.moments().get(3).zero_().sub_(slot.parameter().grad()));
    }
    double beta1 = config.betas().get(0);
    double beta2 = config.betas().get(1);
    double beta3 = config.betas().get(2);
    IValue parameters = list(group, Slot::parameter);
    IValue gradients = list(group, slot -> slot.parameter().grad());
    IValue m = list(group, slot -> slot.moments().get(0));
    IValue v = list(group, slot -> slot.moments().get(1));
    IValue n = list(group, slot -> slot.moments().get(2));
    // −g of the previous step, then d, then g + β₂ d, then −g of this one, all in one memory.
    IValue difference = list(group, slot -> slot.moments().get(3));
    add(difference, gradients, 1);
    scale(m, beta1);
    add(m, gradients, 1 - beta1);
    scale(v, beta2);
    add(v, difference, 1 - beta2);
    scale(difference, beta2);
    add(difference, gradients, 1);
    scale(n, beta3);
    TensorLists.call(
        "_foreach_addcmul_", "Scalar", n, difference, difference, new IValue(1 - beta3));
    IValue root = TensorLists.call("_foreach_sqrt", "", n).get(0);
    scale(root, 1 / Math.sqrt(unbiased(beta3, step)));
    TensorLists.call("_foreach_add_", "Scalar", root, new IValue((double) config.eps()));
    if (config.noProx()) {
      scale(parameters, 1 - learningRate * weightDecay);
    }
    divide(parameters, m, root, -learningRate / unbiased(beta1, step));
    divide(parameters, v, root, -learningRate * beta2 / unbiased(beta2, step));
    if (!config.noProx()) {
      scale(parameters, 1 / (1 + learningRate * weightDecay));
    }
    TensorLists.call("_foreach_zero_", "", difference);
    add(difference, gradients, -1);
    group.forEach(slot -> slot.step().fill_(new Scalar((double) step)));
  }

  private static IValue list(List<Slot> group, Function<Slot, Tensor> tensor) {
    return TensorLists.list(group.stream().map(tensor).toList());
  }

  /** 1 − βᵗ. */
  private static double unbiased(double beta, long step) {
    return 1 - Math.pow(beta, (double) step);
  }

  private static void scale(IValue tensors, double factor) {
    TensorLists.call("_foreach_mul_", "Scalar", tensors, new IValue(factor));
  }

  /** {@code tensors += alpha · others}. */
  private static void add(IValue tensors, IValue others, double alpha) {
    TensorLists.call("_foreach_add_", "List", tensors, others, new IValue(alpha));
  }

  /** {@code tensors += value · numerators / denominators}. */
  private static void divide(IValue tensors, IValue numerators, IValue denominators, double value) {
    TensorLists.call(
        "_foreach_addcdiv_", "Scalar", tensors, numerators, denominators, new IValue(value));
  }

  @Override
  public Map<String, Tensor> state() {
    return moments.state();
  }

  @Override
  public void load(String what, Map<String, Tensor> state) {
    NamedTensors.copy(what, state, state());
    moments.slots().forEach(slot -> steps.put(slot.name(), (long) slot.step().item_float()));
  }

  @Override
  public void close() {
    moments.close();
  }
}
