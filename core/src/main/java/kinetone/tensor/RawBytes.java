package kinetone.tensor;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;

/** The memory of a tensor as buffers, for reading and writing files without copies. */
public final class RawBytes {
  private static final long CHUNK = 1 << 26;

  private RawBytes() {}

  /**
   * Consecutive views of the memory of a contiguous CPU tensor; valid while the tensor lives. A
   * buffer holds at most 64 MiB, because Java counts its bytes with 32 bits. Each begins at
   * position 0, so that readers may count with positions.
   */
  public static List<ByteBuffer> of(Tensor tensor) {
    long bytes = tensor.numel() * tensor.element_size();
    List<ByteBuffer> parts = new ArrayList<>();
    for (long at = 0; at < bytes; at += CHUNK) {
      BytePointer part = new BytePointer(tensor.data_ptr()).getPointer(at);
      parts.add(part.capacity(Math.min(CHUNK, bytes - at)).asByteBuffer());
    }
    return parts;
  }
}
