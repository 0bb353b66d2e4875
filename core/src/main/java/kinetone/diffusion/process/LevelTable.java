package kinetone.diffusion.process;

import java.util.function.IntToDoubleFunction;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** A number for each timestep 0..T, looked up for every time position of a latent. */
public final class LevelTable {
  private final float[] values;

  /** Asks {@code value} for the numbers of the timesteps 0 to {@code steps}. */
  public LevelTable(int steps, IntToDoubleFunction value) {
    values = new float[steps + 1];
    for (int t = 0; t <= steps; t++) {
      values[t] = (float) value.applyAsDouble(t);
    }
  }

  /**
   * The entries at {@code levels} (B, time), shaped (B, time, 1, ...) to broadcast over {@code
   * like} (B, time, ..., C), in its dtype and on its device.
   */
  public Tensor at(Tensor levels, Tensor like) {
    Tensor index = levels.to(like.device(), levels.scalar_type()).flatten();
    Tensor table = Tensors.of(values, values.length).to(like.device(), like.scalar_type());
    return Positions.broadcast(table.index_select(0, index).view(levels.shape()), like);
  }
}
