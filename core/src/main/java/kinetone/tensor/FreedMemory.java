package kinetone.tensor;

import org.bytedeco.javacpp.Pointer;

/**
 * Native memory that was freed and that the C library keeps all the same. Tensors of ever other
 * sizes, as bfloat16 training on a CPU makes them, leave holes between what lives: ten megabytes
 * more at every step until the machine has none, though nothing leaks. For loops that run for
 * hours.
 */
public final class FreedMemory {
  /** So much more than after the last time is worth the quarter of a second that it takes. */
  private static final long WORTH = 512L << 20;

  private static final long UNKNOWN = -1;

  private long usual = UNKNOWN;

  /** Gives back to the system what is free, once the process has grown enough; for every turn. */
  public void giveBack() {
    long now = Pointer.physicalBytes();
    if (usual == UNKNOWN) {
      // A turn after the last time: what a turn itself needs is no growth.
      usual = now;
    } else if (now > usual + WORTH) {
      Pointer.trimMemory();
      usual = UNKNOWN;
    }
  }
}
