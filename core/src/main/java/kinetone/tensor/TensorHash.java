package kinetone.tensor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import kinetone.common.Sha256;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Tells whether tensors are the same, to the bit. */
public final class TensorHash {
  private TensorHash() {}

  /**
   * SHA-256 over names, dtypes, shapes and numbers in the given order, in lower-case hexadecimal
   * digits; the same on every device.
   */
  public static String sha256(Map<String, Tensor> tensors) {
    MessageDigest digest = Sha256.digest();
    tensors.forEach((name, tensor) -> add(digest, name, tensor));
    return Sha256.hex(digest);
  }

  private static void add(MessageDigest digest, String name, Tensor tensor) {
    String header =
        "%s %s %s\n"
            .formatted(name, tensor.scalar_type().intern(), Arrays.toString(tensor.shape()));
    digest.update(header.getBytes(StandardCharsets.UTF_8));
    try (PointerScope scope = new PointerScope()) {
      Tensor dense = tensor.detach().cpu().contiguous();
      for (ByteBuffer part : RawBytes.of(dense)) {
        digest.update(part);
      }
    }
  }
}
