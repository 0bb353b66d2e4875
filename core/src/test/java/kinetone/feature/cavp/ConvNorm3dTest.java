package kinetone.feature.cavp;

import static org.assertj.core.api.Assertions.assertThat;

import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class ConvNorm3dTest {
  /** Without the copy that lays channels apart, oneDNN ends the process on some processors. */
  @Test
  void wide_layers_of_single_pixels_take_channels_that_lie_together() {
    try (Rng rng = new Rng(1);
        ConvNorm3d layer = new ConvNorm3d(256, 1024, 1, 1, 1, 1, rng);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      layer.eval();
      Tensor together = rng.normal(1, 4, 14, 14, 256).permute(0, 4, 1, 2, 3);
      int threads = torch.get_num_threads();
      torch.set_num_threads(2);
      try {
        Tensor one = layer.forward(together);
        Tensor other = layer.forward(together.contiguous());
        assertThat(Tensors.toFloats(one)).isEqualTo(Tensors.toFloats(other));
      } finally {
        torch.set_num_threads(threads);
      }
    }
  }
}
