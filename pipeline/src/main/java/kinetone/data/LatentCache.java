package kinetone.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * {@code audio} (n, L, C), raw as the encoders give them, and perhaps {@code features} of the
 * pictures (n, frames, D), stored as float16. Shards are written atomically, so an interrupted
 * preparation goes on where it stopped.
 */
public final class LatentCache implements AutoCloseable {
  private static final String VIDEO = "video";
  private static final String AUDIO = "audio";
  private static final String FEATURES = "features";

  private final Path folder;
  private final Tensor video;
  private final Tensor audio;
  private final Optional<Tensor> features;

  private LatentCache(Path folder, Tensor video, Tensor audio, Optional<Tensor> features) {
    this.folder = folder;
    this.video = video;
    this.audio = audio;
    this.features = features;
  }

  /** The file of shard {@code number}. */
  public static Path shard(Path folder, int number) {
    return folder.resolve(String.format("shard-%05d.safetensors", number));
  }

  /** Writes one shard without features. */
  public static void writeShard(
      Path folder, int number, Tensor video, Tensor audio, Map<String, String> metadata) {
    writeShard(folder, number, video, audio, Optional.empty(), metadata);
  }

  /** Writes one shard. */
  public static void writeShard(
      Path folder,
      int number,
      Tensor video,
      Tensor audio,
      Optional<Tensor> features,
      Map<String, String> metadata) {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put(VIDEO, video.to(ScalarType.Half));
      tensors.put(AUDIO, audio.to(ScalarType.Half));
      features.ifPresent(tensor -> tensors.put(FEATURES, tensor.to(ScalarType.Half)));
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
      List<Tensor> features = new ArrayList<>();
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
        if (tensors.containsKey(FEATURES)) {
          features.add(requireLike(features, shard, FEATURES, tensors.get(FEATURES)));
          if (tensors.get(FEATURES).size(0) != tensors.get(VIDEO).size(0)) {
            throw KinetoneException.user(
                "%s has %d pictures but features of %d",
                shard, tensors.get(VIDEO).size(0), tensors.get(FEATURES).size(0));
          }
        }
        if (!features.isEmpty() && features.size() != videos.size()) {
          throw KinetoneException.user(
              "in %s some shards have features and some have not; prepare it again", folder);
        }
      }
      return new LatentCache(
          folder,
          joined(videos),
          joined(audios),
          features.isEmpty() ? Optional.empty() : Optional.of(joined(features)));
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

  /** Whether the clips have features. */
  public boolean hasFeatures() {
    return features.isPresent();
  }

  /**
   * Picture features of the given clips, float32 (B, frames, D).
   *
   * @throws KinetoneException of kind USER when the latents were prepared without
   */
  public Tensor features(long[] indices) {
    return pick(
        features.orElseThrow(
            () ->
                KinetoneException.user(
                    "the latents in %s have no features; make them with 'kinetone prepare --cavp'",
                    folder)),
        indices);
  }

  private static Tensor pick(Tensor all, long[] indices) {
    return all.index_select(0, kinetone.tensor.Tensors.of(indices, indices.length))
        .to(ScalarType.Float);
  }

  @Override
  public void close() {
    video.releaseReference();
    audio.releaseReference();
    features.ifPresent(Tensor::releaseReference);
  }
}
