package kinetone.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kinetone.common.KinetoneException;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Latents of a whole data set, in numbered safetensors shards: the {@link LatentPart}s of each
 * clip, raw as the encoders give them, stored as float16. Shards are written atomically, so an
 * interrupted preparation goes on where it stopped.
 */
public final class LatentCache implements AutoCloseable {
  private final Path folder;
  private final Map<LatentPart, Tensor> parts;

  private LatentCache(Path folder, Map<LatentPart, Tensor> parts) {
    this.folder = folder;
    this.parts = parts;
  }

  /** The file of shard {@code number}. */
  public static Path shard(Path folder, int number) {
    return folder.resolve(String.format("shard-%05d.safetensors", number));
  }

  /** Writes one shard of pictures and sound. */
  public static void writeShard(
      Path folder, int number, Tensor video, Tensor audio, Map<String, String> metadata) {
    writeShard(folder, number, Map.of(LatentPart.VIDEO, video, LatentPart.AUDIO, audio), metadata);
  }

  /** Writes one shard. */
  public static void writeShard(
      Path folder, int number, Map<LatentPart, Tensor> parts, Map<String, String> metadata) {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (LatentPart part : LatentPart.values()) {
        if (parts.containsKey(part)) {
          tensors.put(part.key(), parts.get(part).to(ScalarType.Half));
        }
      }
      SafeTensors.write(shard(folder, number), tensors, metadata);
    }
  }

  /** Reads all shards of {@code folder} into memory; close it when training ends. */
  public static LatentCache open(Path folder) {
    List<Path> shards;
    try (Stream<Path> files = Files.list(folder)) {
      shards =
          files
              .filter(f -> f.getFileName().toString().matches("shard-[0-9]+\\.safetensors"))
              .sorted()
              .toList();
    } catch (IOException e) {
      throw KinetoneException.user(
          e, "no latents at %s; make them with 'kinetone prepare'", folder);
    }
    if (shards.isEmpty()) {
      throw KinetoneException.user(
          "no latent shards in %s; make them with 'kinetone prepare'", folder);
    }
    try (PointerScope scope = new PointerScope()) {
      Map<LatentPart, List<Tensor>> parts = new EnumMap<>(LatentPart.class);
      for (int number = 0; number < shards.size(); number++) {
        add(shards.get(number), number, parts);
      }
      Map<LatentPart, Tensor> joined = new EnumMap<>(LatentPart.class);
      parts.forEach((part, tensors) -> joined.put(part, joined(tensors)));
      return new LatentCache(folder, joined);
    }
  }

  /** Adds what is in {@code shard}; {@code before} shards were added already. */
  private static void add(Path shard, int before, Map<LatentPart, List<Tensor>> parts) {
    Map<String, Tensor> tensors = SafeTensors.read(shard).tensors();
    boolean clips =
        tensors.containsKey(LatentPart.VIDEO.key()) && tensors.containsKey(LatentPart.AUDIO.key());
    if (!clips && !tensors.containsKey(LatentPart.MEL.key())) {
      throw KinetoneException.user("%s is not a latent shard", shard);
    }
    LatentPart first = null;
    for (LatentPart part : LatentPart.values()) {
      boolean there = tensors.containsKey(part.key());
      List<Tensor> same = parts.get(part);
      if (before > 0 && there != (same != null)) {
        throw KinetoneException.user(
            "in %s some shards have %s and some have not; prepare it again",
            shard.getParent(), part.key());
      }
      if (there) {
        Tensor tensor = tensors.get(part.key());
        List<Tensor> list = parts.computeIfAbsent(part, p -> new ArrayList<>());
        list.add(requireLike(list, shard, part.key(), tensor));
        first = first == null ? part : first;
        long clipsOfFirst = tensors.get(first.key()).size(0);
        if (tensor.size(0) != clipsOfFirst) {
          throw KinetoneException.user(
              "%s has '%s' of %d clips but '%s' of %d",
              shard, first.key(), clipsOfFirst, part.key(), tensor.size(0));
        }
      }
    }
  }

  /** All clips in one tensor, with a reference for this cache. */
  private static Tensor joined(List<Tensor> parts) {
    Tensor all = torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), 0);
    all.retainReference();
    return all;
  }

  /** Requires the shape of the shards before, whatever the number of clips. */
  private static Tensor requireLike(List<Tensor> before, Path shard, String name, Tensor tensor) {
    long[] shape = tensor.shape();
    long[] expected = before.isEmpty() ? shape.clone() : before.get(0).shape();
    if (shape.length > 0 && expected.length > 0) {
      expected[0] = shape[0];
    }
    if (shape.length == 0 || !Arrays.equals(shape, expected)) {
      throw KinetoneException.user(
          "%s has '%s' of shape %s, but the shards before have %s",
          shard, name, Arrays.toString(shape), Arrays.toString(expected));
    }
    return tensor;
  }

  /** Number of clips. */
  public long size() {
    return parts.values().iterator().next().size(0);
  }

  /** Picture latents of the given clips, float32 (B, T, H, W, C). */
  public Tensor video(long[] indices) {
    return get(LatentPart.VIDEO, indices);
  }

  /** Sound latents of the given clips, float32 (B, L, C). */
  public Tensor audio(long[] indices) {
    return get(LatentPart.AUDIO, indices);
  }

  /** Whether the clips have {@code part}. */
  public boolean has(LatentPart part) {
    return parts.containsKey(part);
  }

  /**
   * A part of the given clips, float32 (B, ...).
   *
   * @throws KinetoneException of kind USER when the latents were prepared without
   */
  public Tensor get(LatentPart part, long[] indices) {
    if (!has(part)) {
      throw KinetoneException.user(
          "the latents in %s have no %s; make them with 'kinetone prepare %s'",
          folder, part.key(), part.option());
    }
    return parts
        .get(part)
        .index_select(0, Tensors.of(indices, indices.length))
        .to(ScalarType.Float);
  }

  @Override
  public void close() {
    parts.values().forEach(Tensor::releaseReference);
  }
}
