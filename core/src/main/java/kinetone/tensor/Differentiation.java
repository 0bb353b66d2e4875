package kinetone.tensor;

import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Gradients. All differentiation goes through here: what a build of libtorch gets wrong can be
 * mended in one place, as was needed for convolutions of oneDNN 3.7.1 ({@code docs/traps.md}).
 */
public final class Differentiation {
  private Differentiation() {}

  /** Adds the gradient of {@code loss}, a scalar, to every parameter it depends on. */
  public static void backward(Tensor loss) {
    loss.backward();
  }

  /**
   * The gradients of {@code scalar} with respect to {@code inputs}; undefined for inputs that it
   * does not depend on.
   */
  public static TensorVector gradients(Tensor scalar, TensorVector inputs) {
    return torch.grad(
        new TensorVector(scalar), inputs, new TensorVector(), new BoolOptional(), false, true);
  }
}
