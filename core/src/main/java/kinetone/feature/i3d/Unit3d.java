package kinetone.feature.i3d;

import static org.bytedeco.pytorch.global.torch.empty;
import static org.bytedeco.pytorch.global.torch.relu;

import kinetone.nn.FixedNorm;
import kinetone.nn.Init;
import kinetone.nn.conv.Convolution;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * A 3-D convolution with "same" padding: {@code conv3d} and, but for the last layer, which has a
 * bias instead, {@code bn} and ReLU.
 */
final class Unit3d extends Module {
  private static final long[] ONES = {1, 1, 1};
  private static final long[] ZEROS = {0, 0, 0};

  private final Tensor weight;
  private final TensorOptional bias;
  private final FixedNorm norm;
  private final long[] kernel;
  private final long[] stride;

  /** Held, because libtorch calls it back and the collector must not take it before. */
  private final Module conv;

  private Unit3d(int in, int out, int edge, int stride, FixedNorm norm, Rng rng) {
    super("Unit3D");
    kernel = new long[] {edge, edge, edge};
    this.stride = new long[] {stride, stride, stride};
    weight = Init.weight(rng, out, in, edge, edge, edge);
    Init.normal(weight, Math.sqrt(2.0 * out / weight.numel()), rng);
    conv = register_module("conv3d", new Module("Conv3d"));
    conv.register_parameter("weight", weight);
    this.norm = norm == null ? null : register_module("bn", norm);
    if (norm == null) {
      Tensor offset = empty(out);
      Init.zero(offset, rng);
      conv.register_parameter("bias", offset);
      bias = new TensorOptional(offset);
    } else {
      bias = Tensors.NONE;
    }
  }

  /** With normalisation and ReLU. */
  static Unit3d active(int in, int out, int edge, int stride, double epsilon, Rng rng) {
    return new Unit3d(in, out, edge, stride, new FixedNorm(out, epsilon), rng);
  }

  /** Single places, with a bias. */
  static Unit3d linear(int in, int out, Rng rng) {
    return new Unit3d(in, out, 1, 1, null, rng);
  }

  /** (B, C, T, H, W) to (B, C', ⌈T / stride⌉, ⌈H / stride⌉, ⌈W / stride⌉). */
  Tensor forward(Tensor x) {
    Tensor padded = SamePadding.of(x, kernel, stride);
    Tensor y = Convolution.of(padded, weight, bias, stride, ZEROS, ONES, 1);
    return norm == null ? y : relu(norm.forward(y));
  }
}
