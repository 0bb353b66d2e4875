package kinetone.feature.inception;

import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Tensor;

/** Kernels of 7 taken apart into rows and columns. */
final class InceptionC extends Branches {
  private final InceptionConfig config;
  private final ConvNorm2d point;
  private final ConvNorm2d[] seven;
  private final ConvNorm2d[] twice;
  private final ConvNorm2d pool;

  InceptionC(InceptionConfig config, int width, Rng rng) {
    super("InceptionC", rng);
    this.config = config;
    int in = 768;
    point = point("branch1x1", in, 192);
    seven =
        new ConvNorm2d[] {
          point("branch7x7_1", in, width),
          same("branch7x7_2", width, width, 1, 7),
          same("branch7x7_3", width, 192, 7, 1)
        };
    twice =
        new ConvNorm2d[] {
          point("branch7x7dbl_1", in, width),
          same("branch7x7dbl_2", width, width, 7, 1),
          same("branch7x7dbl_3", width, width, 1, 7),
          same("branch7x7dbl_4", width, width, 7, 1),
          same("branch7x7dbl_5", width, 192, 1, 7)
        };
    pool = point("branch_pool", in, 192);
  }

  @Override
  Tensor forward(Tensor x) {
    return together(
        point.forward(x), through(x, seven), through(x, twice), pool.forward(config.mean(x)));
  }
}
