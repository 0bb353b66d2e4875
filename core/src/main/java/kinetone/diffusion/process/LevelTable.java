package kinetone.diffusion.process;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import kinetone.common.KinetoneException;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** A number for each timestep 0..T, looked up for every time position of a latent. */
final class LevelTable {
  private final float[] values;

  LevelTable(int steps, IntToDoubleFunction value) {
    values = new float[steps + 1];
    for (int t = 0; t <= steps; t++) {
      values[t] = (float) value.applyAsDouble(t);
    }
  }

  /**
   * The entries at {@code levels} (B, time), shaped (B, time, 1, ...) to broadcast over {@code
   * like} (B, time, ..., C), in its dtype and on its device.
   */
  Tensor at(Tensor levels, Tensor like) {
    long[] shape = new long[like.shape().length];
    Arrays.fill(shape, 1);
    shape[0] = like.size(0);
    shape[1] = like.size(1);
    if (levels.shape().length != 2
        || levels.size(0) != shape[0]
        || levels.size(1) != shape[1]) {
      throw KinetoneException.internal(
          "noise levels %s do not fit latents %s",
          Arrays.toString(levels.shape()),
          Arrays.toString(like.shape()));
    }
    Tensor table = Tensors.of(values, values.length).to(like.device(), like.scalar_type());
    return table.index_select(0, levels.to(like.device(), levels.scalar_type()).flatten()).view(shape);
  }
}
