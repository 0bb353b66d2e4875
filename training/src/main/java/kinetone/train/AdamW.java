package kinetone.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kinetone.tensor.TensorScope;
import kinetone.train.Moments.Slot;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Adam with decoupled weight decay. Loshchilov, Hutter 2019, arXiv 1711.05101, algorithm 2.
 *
 * <pre>
 *   θ ← θ − γ λ θ
 *   m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
 *   θ ← θ − γ m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
 * </pre>
 *
 * As {@code torch.optim.AdamW}: γ scales the decay, {@code step} is counted per parameter. The
 * update is libtorch's fused kernel, 3.5 times the speed of its C++ class.
 */
public final class AdamW implements Optimizer {
  /** Slots of equal weight decay; the lists save some thousand native calls per step. */
  private record Group(
      List<Slot> slots, double weightDecay, IValue parameters, IValue m, IValue v, IValue steps) {
    static Group of(List<Slot> slots, double weightDecay) {
      return new Group(
          slots,
          weightDecay,
          TensorLists.retained(slots.stream().map(Slot::parameter).toList()),
          TensorLists.retained(slots.stream().map(slot -> slot.moments().get(0)).toList()),
          TensorLists.retained(slots.stream().map(slot -> slot.moments().get(1)).toList()),
          TensorLists.retained(slots.stream().map(Slot::step).toList()));
    }

    void close() {
      parameters.releaseReference();
      m.releaseReference();
      v.releaseReference();
      steps.releaseReference();
    }
  }

  private final OptimizerConfig config;
  private final Moments moments;
  private final List<Group> groups = new ArrayList<>();

  /** Zero moments for {@code parameters}, which the caller keeps alive. */
  public AdamW(OptimizerConfig config, Map<String, Tensor> parameters) {
    this.config = config;
    moments = new Moments(parameters, "exp_avg", "exp_avg_sq");
    Map<Boolean, List<Slot>> byDecay =
        moments.slots().stream()
            .collect(Collectors.partitioningBy(slot -> config.decays(slot.parameter())));
    groups.add(Group.of(byDecay.get(true), config.weightDecay()));
    groups.add(Group.of(byDecay.get(false), 0));
  }

  @Override
  public void step(double learningRate) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      groups.forEach(group -> update(group, learningRate));
    }
  }

  private void update(Group group, double learningRate) {
    List<Slot> moved = group.slots.stream().filter(Slot::moves).toList();
    List<Tensor> gradients = moved.stream().map(slot -> slot.parameter().grad()).toList();
    if (moved.size() == group.slots.size() && !moved.isEmpty()) {
      update(group, gradients, learningRate);
    } else if (!moved.isEmpty()) {
      Group part = Group.of(moved, group.weightDecay);
      update(part, gradients, learningRate);
      part.close();
    }
  }

  private void update(Group group, List<Tensor> gradients, double learningRate) {
    TensorLists.call("_foreach_add_", "Scalar", group.steps, new IValue(1.0));
    TensorLists.call(
        "_fused_adamw_",
        "",
        group.parameters,
        TensorLists.list(gradients),
        group.m,
        group.v,
        TensorLists.list(List.of()),
        group.steps,
        new IValue(learningRate),
        new IValue((double) config.betas().get(0)),
        new IValue((double) config.betas().get(1)),
        new IValue(group.weightDecay),
        new IValue((double) config.eps()),
        new IValue(false),
        new IValue(false),
        new IValue(),
        new IValue());
  }

  @Override
  public Map<String, Tensor> state() {
    return moments.state();
  }

  @Override
  public void load(String what, Map<String, Tensor> state) {
    NamedTensors.copy(what, state, state());
  }

  @Override
  public void close() {
    groups.forEach(Group::close);
    groups.clear();
    moments.close();
  }
}
