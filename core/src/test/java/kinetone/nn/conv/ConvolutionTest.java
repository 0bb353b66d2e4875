package kinetone.nn.conv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.LongStream;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers of single pixels are matrix products, in whatever layout and with two threads. */
class ConvolutionTest {
  private int threads;

  @BeforeEach
  void takeTwoThreads() {
    threads = torch.get_num_threads();
    torch.set_num_threads(2);
  }

  @AfterEach
  void giveThreadsBack() {
    torch.set_num_threads(threads);
  }

  /**
   * Widths and positions of Stable Diffusion's autoencoder, of wide codecs of sound, of CAVP and of
   * wide causal codecs of pictures. Done plainly, oneDNN is wrong by half in some of them, and ends
   * the process in others, on machines that hide their caches.
   */
  @ParameterizedTest
  @CsvSource({
    "256, 512, 64x64",
    "512, 256, 64x64",
    "64, 512, 28x28",
    "256, 1024, 28x28",
    "64, 512, 1x3400",
    "1024, 1024, 1x107",
    "1024, 512, 1x107",
    "1024, 512, 5x8x8",
    "128, 512, 4x28x28"
  })
  void wide_layers_of_single_pixels_are_matrix_products(int in, int out, String size) {
    long[] sides = Arrays.stream(size.split("x")).mapToLong(Long::parseLong).toArray();
    int axes = sides.length;
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(1)) {
      Tensor weight = rng.normal(out, in).mul(new Scalar(1 / Math.sqrt(in)));
      Tensor bias = rng.normal(out);
      long[] kernel = repeated(axes + 2, 1);
      kernel[0] = out;
      kernel[1] = in;
      long[] shape = new long[axes + 2];
      shape[0] = 1;
      System.arraycopy(sides, 0, shape, 1, axes);
      shape[axes + 1] = in;
      Tensor last = rng.normal(shape);
      Tensor expected = last.matmul(weight.t()).add(bias);
      for (Tensor x : layouts(last, rng)) {
        Tensor made =
            Convolution.of(
                x,
                weight.view(kernel),
                new TensorOptional(bias),
                repeated(axes, 1),
                repeated(axes, 0),
                repeated(axes, 1),
                1);
        assertThat(error(made, expected)).isLessThan(1e-4);
      }
    }
  }

  /** The same signal, channels first: lying together, apart, and as a part of a wider tensor. */
  private static Tensor[] layouts(Tensor last, Rng rng) {
    Tensor together = last.movedim(-1, 1);
    long[] wider = last.shape();
    long channels = wider[wider.length - 1];
    wider[wider.length - 1] += 3;
    Tensor part = rng.normal(wider).movedim(-1, 1).narrow(1, 2, channels);
    part.copy_(together);
    return new Tensor[] {together, together.contiguous(), part};
  }

  @ParameterizedTest
  @CsvSource({"512, 28", "1024, 16"})
  void strided_layers_too_and_channels_lie_as_they_came(int out, int size) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(1)) {
      Tensor weight = rng.normal(out, 256).mul(new Scalar(1 / 16.0));
      Tensor last = rng.normal(2, size, size, 256);
      Tensor every = Tensors.of(LongStream.range(0, size / 2).map(i -> 2 * i).toArray(), size / 2);
      Tensor expected = last.index_select(1, every).index_select(2, every).matmul(weight.t());
      Tensor made =
          Convolution.of(
              last.movedim(-1, 1),
              weight.view(out, 256, 1, 1),
              Tensors.NONE,
              repeated(2, 2),
              repeated(2, 0),
              repeated(2, 1),
              1);
      assertThat(error(made, expected)).isLessThan(1e-4);
      assertThat(made.is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
    }
  }

  private static double error(Tensor made, Tensor expected) {
    return made.movedim(1, -1).sub(expected).abs().max().item_double();
  }

  private static long[] repeated(int times, long value) {
    long[] all = new long[times];
    Arrays.fill(all, value);
    return all;
  }
}
