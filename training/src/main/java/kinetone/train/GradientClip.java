package kinetone.train;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
      List<Tensor> gradients = new ArrayList<>();
      for (Tensor parameter : parameters) {
        Tensor gradient = parameter.grad();
        if (gradient.defined()) {
          gradients.add(gradient);
        }
      }
      if (gradients.isEmpty()) {
        return 0;
      }
      double norm = TensorLists.norm(gradients).item_float();
      double factor = maxNorm / (norm + 1e-6);
      if (maxNorm > 0 && Double.isFinite(norm) && factor < 1) {
        TensorLists.scale(gradients, factor);
      }
      return norm;
    }
  }
}
