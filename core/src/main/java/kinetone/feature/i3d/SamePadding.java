package kinetone.feature.i3d;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * TensorFlow's "same" padding of (B, C, T, H, W): so many zeros that there are ⌈size / stride⌉
 * places, the odd one at the end.
 */
final class SamePadding {
  private static final int AXES = 3;

  private SamePadding() {}

  static Tensor of(Tensor x, long[] kernel, long[] stride) {
    // The last axis comes first.
    long[] beside = new long[2 * AXES];
    boolean any = false;
    for (int axis = 0; axis < AXES; axis++) {
      long over = x.size(2 + axis) % stride[axis];
      long missing = Math.max(0, kernel[axis] - (over == 0 ? stride[axis] : over));
      beside[2 * (AXES - 1 - axis)] = missing / 2;
      beside[2 * (AXES - 1 - axis) + 1] = missing - missing / 2;
      any |= missing > 0;
    }
    return any ? constant_pad_nd(x, beside, new Scalar(0.0)) : x;
  }
}
