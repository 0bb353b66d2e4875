package kinetone.feature.inception;

import static org.bytedeco.pytorch.global.torch.relu;

import kinetone.nn.FixedNorm;
import kinetone.nn.Init;
import kinetone.nn.conv.Convolution;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * A convolution without bias, its normalisation and ReLU: {@code conv.weight} and {@code bn}, as
 * torchvision's BasicConv2d.
 */
final class ConvNorm2d extends Module {
  private static final double EPSILON = 0.001;
  private static final long[] ONES = {1, 1};

  private final Tensor weight;
  private final FixedNorm norm;
  private final long[] stride;
  private final long[] padding;

  /** Held, because libtorch calls it back and the collector must not take it before. */
  private final Module conv;

  private ConvNorm2d(int in, int out, int height, int width, int stride, boolean same, Rng rng) {
    super("BasicConv2d");
    this.stride = new long[] {stride, stride};
    padding = same ? new long[] {height / 2, width / 2} : new long[] {0, 0};
    weight = Init.weight(rng, out, in, height, width);
    Init.normal(weight, Math.sqrt(2.0 * out / weight.numel()), rng);
    conv = register_module("conv", new Module("Conv2d"));
    conv.register_parameter("weight", weight);
    norm = register_module("bn", new FixedNorm(out, EPSILON));
  }

  /** As large as it was. */
  static ConvNorm2d same(int in, int out, int height, int width, Rng rng) {
    return new ConvNorm2d(in, out, height, width, 1, true, rng);
  }

  /** Only where the whole kernel fits. */
  static ConvNorm2d inside(int in, int out, int kernel, int stride, Rng rng) {
    return new ConvNorm2d(in, out, kernel, kernel, stride, false, rng);
  }

  /** (B, C, H, W) to (B, C', H', W'). */
  Tensor forward(Tensor x) {
    return relu(norm.forward(Convolution.of(x, weight, Tensors.NONE, stride, padding, ONES, 1)));
  }
}
