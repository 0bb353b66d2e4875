package kinetone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.pytorch.global.torch.conv2d;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DifferentiationTest {
  private static final long[] ONES = {1, 1};

  /** Shapes for which oneDNN 3.7.1 was wrong by 27 to 100 % on machines that hide their caches. */
  @ParameterizedTest
  @CsvSource({"2,64,2,1,5,8,61", "4,8,12,1,3,8,13", "3,64,6,1,11,7,14", "2,3,2,1,3,10,40"})
  void the_gradient_of_a_convolution_is_that_of_sums_of_products(
      long n, long in, long out, long high, long wide, long height, long width) {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(1)) {
      Tensor x = rng.normal(n, in, height, width).set_requires_grad(true);
      Tensor kernel = rng.normal(out, in, high, wide);
      Tensor weight = rng.normal(n, out, height, width);
      Tensor byConvolution = slope(convolved(x, kernel, high, wide).mul(weight).sum(), x);
      // The same sums by hand: one product of matrices per place of the kernel.
      Tensor padded =
          org.bytedeco.pytorch.global.torch.constant_pad_nd(
              x, wide / 2, wide / 2, high / 2, high / 2);
      Tensor sum = null;
      for (long i = 0; i < high; i++) {
        for (long j = 0; j < wide; j++) {
          Tensor seen = padded.narrow(2, i, height).narrow(3, j, width).movedim(1, -1);
          Tensor part = seen.matmul(kernel.select(3, j).select(2, i).t()).movedim(-1, 1);
          sum = sum == null ? part : sum.add(part);
        }
      }
      Tensor byHand = slope(sum.mul(weight).sum(), x);
      double largest = byHand.abs().max().item_float();
      assertThat((double) byConvolution.sub(byHand).abs().max().item_float())
          .isLessThan(1e-4 * largest);

      x.mutable_grad().reset();
      Differentiation.backward(convolved(x, kernel, high, wide).mul(weight).sum());
      assertThat((double) x.grad().sub(byHand).abs().max().item_float()).isLessThan(1e-4 * largest);
    }
  }

  private static Tensor convolved(Tensor x, Tensor kernel, long high, long wide) {
    return conv2d(x, kernel, new TensorOptional(), ONES, new long[] {high / 2, wide / 2}, ONES, 1);
  }

  private static Tensor slope(Tensor scalar, Tensor x) {
    return Differentiation.gradients(scalar, new TensorVector(x)).get(0);
  }
}
