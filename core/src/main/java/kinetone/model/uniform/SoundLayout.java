package kinetone.model.uniform;

import kinetone.model.uniform.UniFormConfig.Audio.Layout;
import org.bytedeco.pytorch.Tensor;

/** Where the numbers of a frame's sound stand in the columns beside its picture. */
sealed interface SoundLayout permits SoundInColumns, SoundInPatches {
  /** The layout that {@code config} names. */
  static SoundLayout of(UniFormConfig config) {
    return config.audio().layout() == Layout.PATCHES
        ? new SoundInPatches(config)
        : new SoundInColumns(config);
  }

  /** Columns that are filled: whole patches, or a part of the last one. */
  int columns();

  /**
   * Places sound.
   *
   * @param slots (B, T, positions, numbers)
   * @return (B, T, H, columns, C)
   */
  Tensor toColumns(Tensor slots);

  /** Takes sound from its places: the inverse of {@link #toColumns}. */
  Tensor toSlots(Tensor columns);
}
