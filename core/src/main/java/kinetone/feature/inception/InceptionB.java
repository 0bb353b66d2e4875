package kinetone.feature.inception;

import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Tensor;

/** Halves maps, first time. */
final class InceptionB extends Branches {
  private final ConvNorm2d once;
  private final ConvNorm2d[] twice;

  InceptionB(int in, Rng rng) {
    super("InceptionB", rng);
    once = halving("branch3x3", in, 384);
    twice =
        new ConvNorm2d[] {
          point("branch3x3dbl_1", in, 64),
          same("branch3x3dbl_2", 64, 96, 3, 3),
          halving("branch3x3dbl_3", 96, 96)
        };
  }

  @Override
  Tensor forward(Tensor x) {
    return together(once.forward(x), through(x, twice), largest(x));
  }
}
