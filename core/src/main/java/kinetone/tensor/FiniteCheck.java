package kinetone.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Whether numbers are finite, from their bits: without the sign, infinities and what is no number
 * are the largest. One pass in Java over memory that was just read costs less than hundreds of
 * small operations of libtorch, each of which wakes its threads.
 */
public final class FiniteCheck {
  private static final int CHUNK = 1 << 13;

  private FiniteCheck() {}

  /** Whether every element is a finite number; integers are. */
  public static boolean isFinite(Tensor tensor) {
    ScalarType type = tensor.scalar_type().intern();
    if (!tensor.is_floating_point()) {
      return true;
    }
    try (PointerScope scope = new PointerScope()) {
      for (ByteBuffer part : RawBytes.of(tensor.detach().cpu().contiguous())) {
        ByteBuffer bytes = part.order(ByteOrder.nativeOrder());
        boolean finite =
            switch (type) {
              case Half -> shorts(bytes.asShortBuffer(), 0x7c00);
              case BFloat16 -> shorts(bytes.asShortBuffer(), 0x7f80);
              case Float -> ints(bytes.asIntBuffer());
              case Double -> longs(bytes.asLongBuffer());
              // Eight bits of which each type has its own rule; no weights are computed with them.
              default -> true;
            };
        if (!finite) {
          return false;
        }
      }
      return true;
    }
  }

  private static boolean shorts(ShortBuffer bits, int infinity) {
    short[] chunk = new short[CHUNK];
    while (bits.hasRemaining()) {
      int count = Math.min(CHUNK, bits.remaining());
      bits.get(chunk, 0, count);
      int largest = 0;
      for (int i = 0; i < count; i++) {
        largest = Math.max(largest, chunk[i] & 0x7fff);
      }
      if (largest >= infinity) {
        return false;
      }
    }
    return true;
  }

  private static boolean ints(IntBuffer bits) {
    int[] chunk = new int[CHUNK];
    while (bits.hasRemaining()) {
      int count = Math.min(CHUNK, bits.remaining());
      bits.get(chunk, 0, count);
      int largest = 0;
      for (int i = 0; i < count; i++) {
        largest = Math.max(largest, chunk[i] & Integer.MAX_VALUE);
      }
      if (largest >= 0x7f800000) {
        return false;
      }
    }
    return true;
  }

  private static boolean longs(LongBuffer bits) {
    while (bits.hasRemaining()) {
      if ((bits.get() & Long.MAX_VALUE) >= 0x7ff0000000000000L) {
        return false;
      }
    }
    return true;
  }
}
