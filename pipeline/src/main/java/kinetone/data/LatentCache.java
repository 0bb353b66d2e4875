package kinetone.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kinetone.common.KinetoneException;
import kinetone.tensor.SafeTensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Latents of a whole data set, in numbered safetensors shards: {@code video} (n, T, H, W, C) and
 * {@code audio} (n, L, C), raw as the encoders give them, stored as float16. Shards are written
 * atomically, so an interrupted preparation goes on where it stopped.
 */
public final class LatentCache implements AutoCloseable {
  private static final String VIDEO = "video";
  private static final String AUDIO = "audio";

  private final Tensor video;
  private final Tensor audio;

  private LatentCache(Tensor video, Tensor audio) {
    this.video = video;
    this.audio = audio;
  }

  /** The file of shard {@code number}. */
  public static Path shard(Path folder, int number) {
    return folder.resolve(String.format("shard-%05d.safetensors", number));
  }

  /** Writes one shard. */
  public static void writeShard(
      Path folder, int number, Tensor video, Tensor audio, Map<String, String> metadata) {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put(VIDEO, video.to(ScalarType.Half));
      tensors.put(AUDIO, audio.to(ScalarType.Half));
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
      List<Tensor> videos = new ArrayList<>();
      List<Tensor> audios = new ArrayList<>();
      for (Path shard : shards) {
        Map<String, Tensor> tensors = SafeTensors.read(shard).tensors();
        if (!tensors.containsKey(VIDEO) || !tensors.containsKey(AUDIO)) {
          throw KinetoneException.user("%s is not a latent shard", shard);
        }
        videos.add(requireLike(videos, shard, VIDEO, tensors.get(VIDEO)));
        audios.add(requireLike(audios, shard, AUDIO, tensors.get(AUDIO)));
        if (tensors.get(VIDEO).size(0) != tensors.get(AUDIO).size(0)) {
          throw KinetoneException.user(
              "%s has %d pictures but %d sounds",
              shard, tensors.get(VIDEO).size(0), tensors.get(AUDIO).size(0));
        }
      }
      Tensor video = torch.cat(new TensorVector(videos.toArray(Tensor[]::new)), 0);
      Tensor audio = torch.cat(new TensorVector(audios.toArray(Tensor[]::new)), 0);
      video.retainReference();
      audio.retainReference();
      return new LatentCache(video, audio);
    }
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
    return video.size(0);
  }

  /** Picture latents of the given clips, float32 (B, T, H, W, C). */
  public Tensor video(long[] indices) {
    return pick(video, indices);
  }

  /** Sound latents of the given clips, float32 (B, L, C). */
  public Tensor audio(long[] indices) {
    return pick(audio, indices);
  }

  private static Tensor pick(Tensor all, long[] indices) {
    return all.index_select(0, kinetone.tensor.Tensors.of(indices, indices.length))
        .to(ScalarType.Float);
  }

  @Override
  public void close() {
    video.releaseReference();
    audio.releaseReference();
  }
}
