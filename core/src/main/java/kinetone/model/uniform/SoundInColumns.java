package kinetone.model.uniform;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * One position after the other, columns from the top, channels first. With the paper's sizes a
 * column is exactly one position, its 16 frequencies of 8 channels from top to bottom: 100 × 16 × 8
 * = 20 × (5 columns) × 32 × 4.
 */
final class SoundInColumns implements SoundLayout {
  private final int height;
  private final int channels;
  private final int positions;
  private final int size;
  private final int columns;

  SoundInColumns(UniFormConfig config) {
    height = config.video().height();
    channels = config.video().channels();
    positions = config.positionsPerFrame();
    size = config.audio().size();
    long column = (long) height * channels;
    columns = Math.toIntExact(((long) positions * size + column - 1) / column);
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public Tensor toColumns(Tensor slots) {
    long filled = (long) positions * size;
    long all = (long) columns * height * channels;
    return constant_pad_nd(slots.flatten(2, 3), new long[] {0, all - filled}, new Scalar(0.0))
        .unflatten(2, columns, height * (long) channels)
        .unflatten(3, height, channels)
        .transpose(2, 3);
  }

  @Override
  public Tensor toSlots(Tensor columns) {
    return columns
        .transpose(2, 3) // (B, T, k, H, C)
        .flatten(2, 4)
        .narrow(2, 0, (long) positions * size)
        .unflatten(2, positions, size);
  }
}
