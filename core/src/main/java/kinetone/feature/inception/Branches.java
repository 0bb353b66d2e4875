package kinetone.feature.inception;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.max_pool2d;

import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** A block of parallel branches whose maps are put together (Szegedy et al. 2016). */
abstract class Branches extends Module {
  private static final long[] THREE = {3, 3};
  private static final long[] TWO = {2, 2};
  private static final long[] ZERO = {0, 0};
  private static final long[] ONE = {1, 1};

  final Rng rng;

  Branches(String name, Rng rng) {
    super(name);
    this.rng = rng;
  }

  /** (B, C, H, W) to (B, C', H', W'). */
  abstract Tensor forward(Tensor x);

  final ConvNorm2d point(String name, int in, int out) {
    return register_module(name, ConvNorm2d.same(in, out, 1, 1, rng));
  }

  final ConvNorm2d same(String name, int in, int out, int height, int width) {
    return register_module(name, ConvNorm2d.same(in, out, height, width, rng));
  }

  final ConvNorm2d halving(String name, int in, int out) {
    return register_module(name, ConvNorm2d.inside(in, out, 3, 2, rng));
  }

  /** Through one layer after another. */
  static Tensor through(Tensor x, ConvNorm2d... layers) {
    Tensor y = x;
    for (ConvNorm2d layer : layers) {
      y = layer.forward(y);
    }
    return y;
  }

  /** The largest of nine at every second place. */
  static Tensor largest(Tensor x) {
    return max_pool2d(x, THREE, TWO, ZERO, ONE, false);
  }

  static Tensor together(Tensor... branches) {
    return cat(new TensorVector(branches), 1);
  }
}
