package kinetone.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.tensor.TensorScope;
import kinetone.train.Moments.Slot;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Momentum, orthogonalised by Newton and Schulz's iteration, for matrices; {@link AdamW} for all
 * other parameters and for the matrices that {@link OptimizerConfig#elementwise} names. Jordan and
 * others 2024, kellerjordan.github.io/posts/muon; the rate as in Liu and others 2025, arXiv
 * 2502.16982, equation 4, so that both parts share one.
 *
 * <pre>
 *   m ← μ m + (1 − μ) g,   u = μ m + (1 − μ) g
 *   X = u / ‖u‖, five times X ← a X + (b X Xᵀ + c (X Xᵀ)²) X
 *   θ ← (1 − γ λ) θ − 0.2 γ √max(rows, columns) X
 * </pre>
 *
 * As {@code torch.optim.Muon} with {@code match_rms_adamw}, but for the iteration's precision:
 * float32 here, bfloat16 there.
 */
public final class Muon implements Optimizer {
  private static final double A = 3.4445;
  private static final double B = -4.7750;
  private static final double C = 2.0315;
  private static final int ITERATIONS = 5;
  private static final double SMALLEST_NORM = 1e-7;

  /** The root mean square of AdamW's updates, which the rate is matched to. */
  private static final double RMS = 0.2;

  private final OptimizerConfig config;
  private final Moments moments;
  private final AdamW others;

  /** Zero moments for {@code parameters}, which the caller keeps alive. */
  public Muon(OptimizerConfig config, Map<String, Tensor> parameters) {
    this.config = config;
    Map<String, Tensor> matrices = new LinkedHashMap<>(parameters);
    matrices.entrySet().removeIf(p -> p.getValue().dim() != 2 || config.elementwise(p.getKey()));
    Map<String, Tensor> rest = new LinkedHashMap<>(parameters);
    rest.keySet().removeAll(matrices.keySet());
    moments = new Moments(matrices, "momentum_buffer");
    others = new AdamW(config.ofElements(), rest);
  }

  @Override
  public void step(double learningRate) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      // Matrices of one shape go through the iteration together.
      Map<List<Long>, List<Slot>> byShape = new LinkedHashMap<>();
      for (Slot slot : moments.slots()) {
        if (slot.moves()) {
          List<Long> shape = List.of(slot.parameter().size(0), slot.parameter().size(1));
          byShape.computeIfAbsent(shape, k -> new ArrayList<>()).add(slot);
        }
      }
      byShape.forEach((shape, group) -> update(group, shape, learningRate));
    }
    others.step(learningRate);
  }

  private void update(List<Slot> group, List<Long> shape, double learningRate) {
    double momentum = config.betas().get(0);
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> gradients = group.stream().map(slot -> slot.parameter().grad()).toList();
      List<Tensor> buffers = group.stream().map(slot -> slot.moments().get(0)).toList();
      TensorLists.lerp(TensorLists.list(buffers), TensorLists.list(gradients), 1 - momentum);
      Tensor updates =
          orthogonal(
              torch.lerp(stack(gradients), stack(buffers), new Scalar(momentum)),
              shape.get(0) > shape.get(1));
      double rate = RMS * Math.sqrt((double) Math.max(shape.get(0), shape.get(1))) * learningRate;
      List<Tensor> parameters = group.stream().map(Slot::parameter).toList();
      TensorLists.scale(parameters, 1 - learningRate * config.weightDecay());
      TensorLists.call(
          "_foreach_add_",
          "List",
          TensorLists.list(parameters),
          TensorLists.list(List.of(updates.unbind(0).get())),
          new IValue(-rate));
      TensorLists.call(
          "_foreach_add_",
          "Scalar",
          TensorLists.list(group.stream().map(Slot::step).toList()),
          new IValue(1.0));
    }
  }

  private static Tensor stack(List<Tensor> tensors) {
    return torch.stack(new TensorVector(tensors.toArray(Tensor[]::new)));
  }

  /**
   * Nearly the orthogonal matrices next to these: their singular values come to lie around 1.
   *
   * @param matrices float32, {@code (N, rows, columns)}
   */
  private static Tensor orthogonal(Tensor matrices, boolean tall) {
    Tensor x = tall ? matrices.transpose(1, 2) : matrices;
    Tensor norm = torch.linalg_vector_norm(x, new Scalar(2), new long[] {1, 2}, true, null);
    x = x.div(norm.clamp_min(new Scalar(SMALLEST_NORM)));
    for (int i = 0; i < ITERATIONS; i++) {
      Tensor gram = x.matmul(x.transpose(1, 2));
      Tensor polynomial = torch.baddbmm(gram, gram, gram, new Scalar(B), new Scalar(C));
      x = torch.baddbmm(x, polynomial, x, new Scalar(A), new Scalar(1));
    }
    return tall ? x.transpose(1, 2) : x;
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>(moments.state());
    state.putAll(others.state());
    return state;
  }

  @Override
  public void load(String what, Map<String, Tensor> state) {
    NamedTensors.copy(what, state, state());
  }

  @Override
  public void close() {
    moments.close();
    others.close();
  }
}
