package kinetone.latent;

import java.util.function.UnaryOperator;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Finds how far back a change of the input shows in the output. */
public final class Causality {
  private Causality() {}

  /**
   * The first time position of {@code f(x)} that changes when everything from position {@code at}
   * of {@code x} on changes; the number of positions if nothing does. Time is axis 1.
   */
  public static long firstChange(UnaryOperator<Tensor> f, Tensor x, long at) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor changed = x.clone();
      changed.narrow(1, at, x.size(1) - at).neg_().add_(new Scalar(0.3));
      Tensor difference = f.apply(changed).sub(f.apply(x)).abs();
      long time = difference.size(1);
      Tensor perStep = difference.transpose(0, 1).reshape(time, -1).sum(1);
      for (long i = 0; i < time; i++) {
        if (perStep.select(0, i).item_float() > 0) {
          return i;
        }
      }
      return time;
    }
  }

  /** The largest absolute difference of two tensors of the same shape. */
  public static double distance(Tensor a, Tensor b) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      return a.sub(b).abs().max().item_float();
    }
  }
}
