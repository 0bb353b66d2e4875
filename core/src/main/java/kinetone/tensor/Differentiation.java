package kinetone.tensor;

import java.util.function.Supplier;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Gradients. All differentiation goes through here, because oneDNN, which libtorch convolves with,
 * computes wrong gradients of inputs on processors that tell no cache sizes, as some virtual
 * machines hide them (oneDNN 3.7.1, {@code jit:avx512_core} and {@code jit:avx2}, {@code
 * backward_data}: its blocks follow from the size of the caches). There libtorch's own convolutions
 * differentiate, which are slower; forward passes are not affected.
 */
public final class Differentiation {
  private Differentiation() {}

  /** Adds the gradient of {@code loss}, a scalar, to every parameter it depends on. */
  public static void backward(Tensor loss) {
    if (CacheSizes.areKnown()) {
      loss.backward();
      return;
    }
    withoutOneDnn(
        () -> {
          loss.backward();
          return null;
        });
  }

  /**
   * The gradients of {@code scalar} with respect to {@code inputs}; undefined for inputs that it
   * does not depend on.
   */
  public static TensorVector gradients(Tensor scalar, TensorVector inputs) {
    return CacheSizes.areKnown() ? grad(scalar, inputs) : withoutOneDnn(() -> grad(scalar, inputs));
  }

  private static TensorVector grad(Tensor scalar, TensorVector inputs) {
    return torch.grad(
        new TensorVector(scalar), inputs, new TensorVector(), new BoolOptional(), false, true);
  }

  private static <T> T withoutOneDnn(Supplier<T> work) {
    Context context = torch.globalContext();
    boolean before = context.userEnabledMkldnn();
    context.setUserEnabledMkldnn(false);
    try {
      return work.get();
    } finally {
      context.setUserEnabledMkldnn(before);
    }
  }
}
