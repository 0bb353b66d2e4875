package kinetone.nn;

import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Dropout (Srivastava et al. 2014) from an explicit generator. */
public final class Dropout {
  private Dropout() {}

  /** Sets each element to zero with probability {@code rate} and scales the others up. */
  public static Tensor apply(Tensor x, double rate, Rng rng) {
    if (rate == 0) {
      return x;
    }
    Tensor kept = rng.uniform(x.shape()).ge(new Scalar(rate)).to(x.device(), x.scalar_type());
    return x.mul(kept).mul(new Scalar(1 / (1 - rate)));
  }
}
