package kinetone.feature.inception;

import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Tensor;

/** Halves maps, second time. */
final class InceptionD extends Branches {
  private final ConvNorm2d[] three;
  private final ConvNorm2d[] seven;

  InceptionD(Rng rng) {
    super("InceptionD", rng);
    int in = 768;
    three = new ConvNorm2d[] {point("branch3x3_1", in, 192), halving("branch3x3_2", 192, 320)};
    seven =
        new ConvNorm2d[] {
          point("branch7x7x3_1", in, 192),
          same("branch7x7x3_2", 192, 192, 1, 7),
          same("branch7x7x3_3", 192, 192, 7, 1),
          halving("branch7x7x3_4", 192, 192)
        };
  }

  @Override
  Tensor forward(Tensor x) {
    return together(through(x, three), through(x, seven), largest(x));
  }
}
