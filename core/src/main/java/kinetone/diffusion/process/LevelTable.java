package kinetone.diffusion.process;

import java.util.function.IntToDoubleFunction;
import kinetone.tensor.DeviceConstant;
import org.bytedeco.pytorch.Tensor;

/** A number for each timestep 0..T, looked up for every time position of a latent. */
public final class LevelTable {
  private final DeviceConstant values;

  /** Asks {@code value} for the numbers of the timesteps 0 to {@code steps}. */
  public LevelTable(int steps, IntToDoubleFunction value) {
    float[] numbers = new float[steps + 1];
    for (int t = 0; t <= steps; t++) {
      numbers[t] = (float) value.applyAsDouble(t);
    }
    values = DeviceConstant.of(numbers);
  }

  /**
   * The entries at {@code levels} (B, time), shaped (B, time, 1, ...) to broadcast over {@code
   * like} (B, time, ..., C), in its dtype and on its device.
   */
  public Tensor at(Tensor levels, Tensor like) {
    Tensor index = levels.to(like.device(), levels.scalar_type()).flatten();
    Tensor table = values.like(like);
    return Positions.broadcast(table.index_select(0, index).view(levels.shape()), like);
  }
}
