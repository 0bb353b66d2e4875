package kinetone.model.uniform;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.constant_pad_nd;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Patches that mean the same wherever they stand, for positions that fill no whole column: the last
 * numbers of each position fill patches of its own, its first ones, which are too few for another
 * patch, share one with those of the positions after it. With latents of 8 levels and a direction
 * of 32, and patches of 2 × 2 × 8 numbers, a direction is one patch and the levels of four
 * positions are one.
 *
 * <pre>
 *   | patches of position 1 | of position 2 | ... | first numbers of 1, 2, ... m | ... | zeros |
 * </pre>
 *
 * <p>Patches stand one below the other, then column after column.
 */
final class SoundInPatches implements SoundLayout {
  private final int positions;
  private final int channels;
  private final int patch;
  private final int rows;

  /** Numbers of a patch. */
  private final long numbers;

  /** Patches of one position alone. */
  private final long whole;

  /** First numbers of a position, which share patches. */
  private final long first;

  /** Positions that share a patch. */
  private final long together;

  /** Patches of first numbers. */
  private final long shared;

  private final long wide;

  SoundInPatches(UniFormConfig config) {
    positions = config.positionsPerFrame();
    channels = config.video().channels();
    patch = config.patch();
    rows = config.video().height() / patch;
    int size = config.audio().size();
    numbers = (long) patch * patch * channels;
    whole = size / numbers;
    first = size % numbers;
    together = first == 0 ? 1 : numbers / first;
    shared = first == 0 ? 0 : (positions + together - 1) / together;
    wide = (positions * whole + shared + rows - 1) / rows;
  }

  @Override
  public int columns() {
    return Math.toIntExact(wide * patch);
  }

  @Override
  public Tensor toColumns(Tensor slots) {
    long batch = slots.size(0);
    long frames = slots.size(1);
    Tensor own =
        slots.narrow(3, first, whole * numbers).reshape(batch, frames, positions * whole, numbers);
    Tensor patches =
        first == 0 ? own : cat(new TensorVector(own, shared(slots.narrow(3, 0, first))), 2);
    return padded(patches, 2, wide * rows)
        .reshape(batch, frames, wide, rows, patch, patch, channels)
        .permute(0, 1, 3, 4, 2, 5, 6) // (B, T, rows, patch, wide, patch, C)
        .reshape(batch, frames, (long) rows * patch, wide * patch, channels);
  }

  /** First numbers (B, T, positions, first) as patches (B, T, shared, numbers). */
  private Tensor shared(Tensor firsts) {
    Tensor groups =
        padded(firsts, 2, shared * together)
            .reshape(firsts.size(0), firsts.size(1), shared, together * first);
    return padded(groups, 3, numbers);
  }

  private static Tensor padded(Tensor tensor, int axis, long length) {
    long missing = length - tensor.size(axis);
    long[] widths = new long[2 * (Math.toIntExact(tensor.dim()) - axis)];
    widths[widths.length - 1] = missing;
    return missing == 0 ? tensor : constant_pad_nd(tensor, widths, new Scalar(0.0));
  }

  @Override
  public Tensor toSlots(Tensor columns) {
    long batch = columns.size(0);
    long frames = columns.size(1);
    Tensor patches =
        columns
            .reshape(batch, frames, rows, patch, wide, patch, channels)
            .permute(0, 1, 4, 2, 3, 5, 6) // (B, T, wide, rows, patch, patch, C)
            .reshape(batch, frames, wide * rows, numbers);
    Tensor own =
        patches.narrow(2, 0, positions * whole).reshape(batch, frames, positions, whole * numbers);
    if (first == 0) {
      return own;
    }
    Tensor firsts =
        patches
            .narrow(2, positions * whole, shared)
            .narrow(3, 0, together * first)
            .reshape(batch, frames, shared * together, first)
            .narrow(2, 0, positions);
    return cat(new TensorVector(firsts, own), 3);
  }
}
