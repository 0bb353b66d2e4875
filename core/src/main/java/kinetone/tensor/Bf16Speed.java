package kinetone.tensor;

import static org.bytedeco.pytorch.global.torch.matmul;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How fast this processor multiplies in bfloat16 and in float32. The names of its instructions do
 * not tell: without any, libtorch emulates bfloat16 three times slower than float32; with vector
 * instructions alone it was no faster; with matrix units it is.
 *
 * @param fp32 seconds of a product
 * @param bf16 seconds of the same product in bfloat16
 */
public record Bf16Speed(double fp32, double bf16) {
  /** Rounding to bfloat16 must be worth it, and noise of the clock must not decide. */
  static final double MARGIN = 1.5;

  private static final int SIZE = 512;
  private static final int ROUNDS = 3;

  /** Measures one product. */
  @FunctionalInterface
  interface Product {
    /** Seconds of one product in {@code type}. */
    double seconds(ScalarType type);
  }

  /** Whether bfloat16 is at least half as fast again. */
  public boolean worthIt() {
    return bf16 * MARGIN <= fp32;
  }

  /** This processor's, measured once in a process, in some hundredths of a second. */
  public static Bf16Speed ofCpu() {
    return Measured.HERE;
  }

  /** The quickest of some products of either type, in turns; the first does not count. */
  static Bf16Speed measure(Product product) {
    double fp32 = Double.POSITIVE_INFINITY;
    double bf16 = Double.POSITIVE_INFINITY;
    for (int round = 0; round <= ROUNDS; round++) {
      double single = product.seconds(ScalarType.Float);
      double half = product.seconds(ScalarType.BFloat16);
      if (round > 0) {
        fp32 = Math.min(fp32, single);
        bf16 = Math.min(bf16, half);
      }
    }
    return new Bf16Speed(fp32, bf16);
  }

  private static double product(ScalarType type) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(1)) {
      Tensor a = rng.normal(SIZE, SIZE).to(type);
      long start = System.nanoTime();
      matmul(a, a);
      return (System.nanoTime() - start) / 1e9;
    }
  }

  /** Holder idiom: measured when first asked. */
  private static final class Measured {
    private static final Bf16Speed HERE = measure(Bf16Speed::product);
  }
}
