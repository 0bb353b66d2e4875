package kinetone.feature.kind;

import static org.bytedeco.pytorch.global.torch.silu;

import kinetone.nn.GroupNorm;
import kinetone.nn.conv.SameConv2d;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** Two 3×3 convolutions, each normalised over groups; the first halves both axes. */
final class ConvLevel extends Module {
  private static final double EPSILON = 1e-5;

  private final SameConv2d conv1;
  private final SameConv2d conv2;
  private final GroupNorm norm1;
  private final GroupNorm norm2;

  ConvLevel(int in, int out, int groups, Rng rng) {
    super("ConvLevel");
    conv1 = register_module("conv1", new SameConv2d(in, out, 3, 2, 2, rng));
    norm1 = register_module("norm1", new GroupNorm(out, groups, EPSILON));
    conv2 = register_module("conv2", new SameConv2d(out, out, 3, 1, 1, rng));
    norm2 = register_module("norm2", new GroupNorm(out, groups, EPSILON));
  }

  /** (N, C, H, W) to (N, C', ⌈H / 2⌉, ⌈W / 2⌉). */
  Tensor forward(Tensor x) {
    return silu(norm2.forward(conv2.forward(silu(norm1.forward(conv1.forward(x))))));
  }
}
