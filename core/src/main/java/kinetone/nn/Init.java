package kinetone.nn;

import kinetone.tensor.Rng;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Weight initialisation from an explicit generator. libtorch's layer constructors draw from the
 * global generator; every network overwrites those values with these, so that a seed determines the
 * weights. From {@link Rng#none()} nothing is drawn and memory stays as it was allocated.
 */
public final class Init {
  private Init() {}

  /**
   * A weight of this shape, of which {@code rng} allows it and no number is set yet.
   *
   * @throws kinetone.common.KinetoneException when {@code rng} does not allow it
   */
  public static Tensor weight(Rng rng, long... shape) {
    rng.claim(shape);
    return torch.empty(shape);
  }

  /** Uniform in ±√(6 / (fanIn + fanOut)) (Glorot and Bengio 2010), kernels flattened as in DiT. */
  public static void xavierUniform(Tensor weight, Rng rng) {
    long out = weight.size(0);
    uniform(weight, Math.sqrt(6.0 / (out + weight.numel() / out)), rng);
  }

  /** Uniform in ±1/√fanIn: PyTorch's default for the weight of linear and convolution layers. */
  public static void fanInUniform(Tensor weight, Rng rng) {
    uniform(weight, 1 / Math.sqrt((double) weight.numel() / weight.size(0)), rng);
  }

  /** Uniform in ±{@code bound}. */
  public static void uniform(Tensor weight, double bound, Rng rng) {
    if (rng.isNone()) {
      return;
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGrad = new NoGradGuard()) {
      weight.uniform_(-bound, bound, rng.optional());
    }
  }

  /** Normal with mean 0. */
  public static void normal(Tensor weight, double standardDeviation, Rng rng) {
    if (rng.isNone()) {
      return;
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGrad = new NoGradGuard()) {
      weight.normal_(0, standardDeviation, rng.optional());
    }
  }

  /** All elements 0, in a network that {@code rng} initialises: nothing from {@link Rng#none()}. */
  public static void zero(Tensor weight, Rng rng) {
    if (!rng.isNone()) {
      constant(weight, 0);
    }
  }

  /** All elements {@code value}. */
  public static void constant(Tensor weight, double value) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGrad = new NoGradGuard()) {
      weight.fill_(new Scalar(value));
    }
  }
}
