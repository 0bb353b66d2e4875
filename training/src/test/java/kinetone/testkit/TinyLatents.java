package kinetone.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kinetone.data.EncoderDigest;
import kinetone.data.LatentCache;
import kinetone.data.LatentRoles;
import kinetone.data.LatentsFile;
import org.bytedeco.pytorch.Tensor;

/** Folders of latents as {@code kinetone prepare} makes them, of tensors made for tests. */
public final class TinyLatents {
  private TinyLatents() {}

  /**
   * Writes one shard and {@code latents.json}.
   *
   * @param latents by role, clips first
   * @param encoders folders of the networks that are said to have made them, by role
   */
  public static Path write(Path folder, Map<String, Tensor> latents, Map<String, Path> encoders) {
    return write(folder, latents, encoders, List.of());
  }

  /** The same with the names of the classes that the role label has numbers of. */
  public static Path write(
      Path folder, Map<String, Tensor> latents, Map<String, Path> encoders, List<String> labels) {
    LatentCache.writeShard(folder, 0, latents, Map.of());
    // Not the first of all: of text there is a row for every token.
    boolean pictures = latents.containsKey(LatentRoles.VIDEO);
    int clips = (int) latents.get(pictures ? LatentRoles.VIDEO : LatentRoles.AUDIO).size(0);
    Map<String, EncoderDigest> digests = new TreeMap<>();
    encoders.forEach((role, encoder) -> digests.put(role, EncoderDigest.of(encoder)));
    new LatentsFile(Map.of("kind", "test"), TinyModel.FORMAT, clips, clips, digests, labels)
        .write(folder);
    return folder;
  }
}
