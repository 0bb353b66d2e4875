package kinetone.feature.cavp;

import static org.bytedeco.pytorch.global.torch.relu;

import java.util.Optional;
import kinetone.tensor.Carried;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * A residual bottleneck: 1×1×1 or, where it sees time, 3×1×1, then 1×3×3 with the stride, then
 * 1×1×1 (mmaction's Bottleneck3d with inflation "3x1x1"). The last normalisation starts at zero, so
 * that the block starts as its short cut.
 */
final class Bottleneck3d extends Module {
  private final ConvNorm3d conv1;
  private final ConvNorm3d conv2;
  private final ConvNorm3d conv3;
  private final Optional<ConvNorm3d> downsample;

  Bottleneck3d(int in, int inner, int outer, boolean temporal, int stride, Rng rng) {
    super("Bottleneck3d");
    conv1 = register_module("conv1", new ConvNorm3d(in, inner, temporal ? 3 : 1, 1, 1, 1, rng));
    conv2 = register_module("conv2", new ConvNorm3d(inner, inner, 1, 3, stride, 1, rng));
    conv3 = register_module("conv3", new ConvNorm3d(inner, outer, 1, 1, 1, 0, rng));
    downsample =
        stride == 1 && in == outer
            ? Optional.empty()
            : Optional.of(
                register_module("downsample", new ConvNorm3d(in, outer, 1, 1, stride, 1, rng)));
  }

  Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open();
        Carried branch = Carried.of(x)) {
      branch.advance(y -> relu(conv1.forward(y)));
      branch.advance(y -> relu(conv2.forward(y)));
      branch.advance(conv3::forward);
      branch.advance(y -> y.add(downsample.map(d -> d.forward(x)).orElse(x)));
      return scope.keep(relu(branch.get()));
    }
  }
}
