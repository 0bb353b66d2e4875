package kinetone.feature.inception;

import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Tensor;

/** Kernels of 1, 5 and twice 3, and a mean. */
final class InceptionA extends Branches {
  private final InceptionConfig config;
  private final ConvNorm2d point;
  private final ConvNorm2d[] five;
  private final ConvNorm2d[] three;
  private final ConvNorm2d pool;

  InceptionA(InceptionConfig config, int in, int pooled, Rng rng) {
    super("InceptionA", rng);
    this.config = config;
    point = point("branch1x1", in, 64);
    five = new ConvNorm2d[] {point("branch5x5_1", in, 48), same("branch5x5_2", 48, 64, 5, 5)};
    three =
        new ConvNorm2d[] {
          point("branch3x3dbl_1", in, 64),
          same("branch3x3dbl_2", 64, 96, 3, 3),
          same("branch3x3dbl_3", 96, 96, 3, 3)
        };
    pool = point("branch_pool", in, pooled);
  }

  @Override
  Tensor forward(Tensor x) {
    return together(
        point.forward(x), through(x, five), through(x, three), pool.forward(config.mean(x)));
  }
}
