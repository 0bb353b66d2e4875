package kinetone.train;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Clipping by the global norm. Pascanu, Mikolov, Bengio 2013, arXiv 1211.5063, algorithm 1. As
 * {@code torch.nn.utils.clip_grad_norm_}, the factor is {@code maxNorm / (norm + 1e-6)}.
 */
public final class GradientClip {
  private GradientClip() {}

  /**
   * Scales all gradients so that their joint Euclidean norm is at most {@code maxNorm}. Non-finite
   * gradients are left as they are: the caller looks at the norm and skips the step.
   *
   * @param maxNorm the limit; 0 measures only
   * @return the norm before clipping; 0 when there are no gradients
   */
  public static double clip(Collection<Tensor> parameters, double maxNorm) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Optional<Tensor> norm = norm(parameters);
      double value = norm.isPresent() ? norm.get().item_float() : 0;
      scale(parameters, value, maxNorm);
      return value;
    }
  }

  /**
   * The joint Euclidean norm of all gradients: a float32 scalar on their device, so that the caller
   * can look at it together with other figures.
   *
   * @return empty when there are no gradients
   */
  static Optional<Tensor> norm(Collection<Tensor> parameters) {
    List<Tensor> gradients = gradients(parameters);
    return gradients.isEmpty() ? Optional.empty() : Optional.of(TensorLists.norm(gradients));
  }

  /** Scales all gradients, whose joint norm is {@code norm}, as {@link #clip} does. */
  static void scale(Collection<Tensor> parameters, double norm, double maxNorm) {
    double factor = maxNorm / (norm + 1e-6);
    if (maxNorm > 0 && Double.isFinite(norm) && factor < 1) {
      List<Tensor> gradients = gradients(parameters);
      if (!gradients.isEmpty()) {
        TensorLists.scale(gradients, factor);
      }
    }
  }

  private static List<Tensor> gradients(Collection<Tensor> parameters) {
    List<Tensor> gradients = new ArrayList<>();
    for (Tensor parameter : parameters) {
      Tensor gradient = parameter.grad();
      if (gradient.defined()) {
        gradients.add(gradient);
      }
    }
    return gradients;
  }
}
