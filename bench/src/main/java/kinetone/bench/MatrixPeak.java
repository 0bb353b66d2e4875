package kinetone.bench;

import static org.bytedeco.pytorch.global.torch.matmul;

import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The yardstick: the speed of a product of two 2048×2048 matrices, measured anew at every call
 * because other work on the machine changes it from one minute to the next.
 */
final class MatrixPeak implements AutoCloseable {
  private static final int SIZE = 2048;
  private static final double GIGA = 1e9;

  private final Tensor a;
  private final Tensor b;

  private final Device device;

  /** Matrices of {@code type} on {@code device}; make it outside of tensor scopes. */
  MatrixPeak(Device device, ScalarType type) {
    this.device = device;
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(3)) {
      a = scope.keep(rng.normal(SIZE, SIZE).to(device, type));
      b = scope.keep(rng.normal(SIZE, SIZE).to(device, type));
    }
    gflops();
  }

  /** GFLOP/s of one product now. */
  double gflops() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      double seconds = Timing.seconds(device, () -> matmul(a, b));
      return 2 * Math.pow(SIZE, 3) / seconds / GIGA;
    }
  }

  @Override
  public void close() {
    TensorScope.release(a);
    TensorScope.release(b);
  }
}
