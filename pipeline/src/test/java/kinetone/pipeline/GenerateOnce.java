package kinetone.pipeline;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.Task;

/** Generates in a process of its own and prints the digest of the result. */
public final class GenerateOnce {
  private GenerateOnce() {}

  public static void main(String[] args) {
    try (Pipeline model = Kinetone.load(Path.of(args[0]), Kinetone.Options.CPU)) {
      System.out.println(digest(model.generate(joint(Long.parseLong(args[1])))));
    }
  }

  public static GenerateRequest joint(long seed) {
    return GenerateRequest.of(new Task.Joint()).seed(seed).build();
  }

  /** SHA-256 over pictures, sound and latents. */
  public static String digest(GenerateResult result) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(result.clip().video().orElseThrow().rgb());
      for (float[] channel : result.clip().audio().orElseThrow().samples()) {
        digest.update(bytes(channel));
      }
      for (Modality modality : Modality.values()) {
        digest.update(bytes(result.diagnostics().latents().getOrDefault(modality, new float[0])));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }
}
