package kinetone.feature.cavp;

import static org.assertj.core.api.Assertions.assertThat;

import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvNorm3dTest {
  /**
   * Without the copy that lays channels apart, oneDNN is wrong or ends the process on some
   * machines.
   */
  @ParameterizedTest
  @CsvSource({"128, 512, 28", "256, 1024, 14"})
  void wide_layers_of_single_pixels_take_channels_that_lie_together(int in, int out, int size) {
    try (Rng rng = new Rng(1);
        ConvNorm3d layer = new ConvNorm3d(in, out, 1, 1, 1, 1, rng);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      layer.eval();
      Tensor together = rng.normal(1, 32, size, size, in).permute(0, 4, 1, 2, 3);
      int threads = torch.get_num_threads();
      torch.set_num_threads(2);
      try {
        Tensor one = layer.forward(together);
        Tensor other = layer.forward(together.contiguous());
        assertThat(one.sub(other).abs().max().item_double()).isLessThan(1e-4);
      } finally {
        torch.set_num_threads(threads);
      }
    }
  }
}
