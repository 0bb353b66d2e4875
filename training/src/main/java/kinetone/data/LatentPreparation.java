package kinetone.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.common.OutputFile;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Encodes clips with codecs, and their pictures into features where these are wanted, into the
 * shards of a {@link LatentCache}. Shards that are there already stay as they are, so the same
 * preparation goes on where it was interrupted.
 *
 * @param clips what is encoded
 * @param source what tells these clips from others, for {@code latents.json}; for example kind and
 *     seed
 * @param format of the clips
 * @param count clips to encode, the first ones of {@code clips}
 * @param networks what encodes
 * @param shardSize clips per shard
 * @param batch clips encoded at once; the last bits of latents depend on it, so a folder keeps to
 *     one
 * @param threads that decode or render clips in the background
 * @param labels whether the class of each clip is kept beside its latents
 */
public record LatentPreparation(
    ClipSource clips,
    Map<String, String> source,
    ClipFormat format,
    long count,
    LatentNetworks networks,
    int shardSize,
    int batch,
    int threads,
    boolean labels) {
  /** The most classes whose numbers are exact in the float16 of shards. */
  private static final int MOST_CLASSES = 2048;

  /** Without labels. */
  public LatentPreparation(
      ClipSource clips,
      Map<String, String> source,
      ClipFormat format,
      long count,
      LatentNetworks networks,
      int shardSize,
      int batch,
      int threads) {
    this(clips, source, format, count, networks, shardSize, batch, threads, false);
  }

  /** Checks the ranges. */
  public LatentPreparation {
    source = Map.copyOf(source);
    Check.that(
        count > 0 && count <= clips.size(),
        "count = %d, must be between 1 and the %d clips there are",
        count,
        clips.size());
    Check.atLeast("shard size", shardSize, 1);
    Check.atLeast("batch", batch, 1);
    Check.atLeast("threads", threads, 1);
    Check.that(
        !labels || !clips.labels().isEmpty(), "these clips have no labels; leave --labels out");
    Check.that(
        networks.textEncoder().isEmpty() || clips.hasCaptions(),
        "these clips have no captions: give a manifest with a column 'caption', a .txt beside each"
            + " file, or leave --text-encoder out");
    Check.within("classes", clips.labels().size(), 0, MOST_CLASSES);
  }

  /**
   * Checks that {@code folder} can be written, and is new or holds latents of this preparation.
   *
   * @throws KinetoneException of kind USER naming what differs
   */
  public void check(Path folder) {
    check(folder, description());
  }

  private void check(Path folder, LatentsFile description) {
    OutputFile.requireFolder(folder);
    description.requireSame(folder);
    for (int number = 0; (long) number * shardSize < count; number++) {
      Path shard = LatentCache.shard(folder, number);
      if (Files.exists(shard)) {
        ShardOrigin origin = ShardOrigin.read(shard);
        origin.requireOf(description, shard);
        origin.requireBatch(batch, shard);
      }
    }
  }

  /**
   * Writes the shards that are missing in {@code folder}. Call it outside of scopes.
   *
   * @param progress hears the number of clips done so far, those of earlier runs included
   * @throws KinetoneException of kind USER when the folder holds latents of other clips, another
   *     format or other codecs
   */
  public void run(Path folder, Device device, LongConsumer progress) {
    LatentsFile description = description();
    check(folder, description);
    // Positions past the end are only decoded ahead, never asked for.
    try (ClipEncoders encoders = new ClipEncoders(networks, format, device);
        ClipLoader loader =
            new ClipLoader(clips, position -> Math.min(position, count - 1), threads, 2 * batch)) {
      for (int number = 0; (long) number * shardSize < count; number++) {
        long first = (long) number * shardSize;
        int length = (int) Math.min(shardSize, count - first);
        if (!Files.exists(LatentCache.shard(folder, number))) {
          encodeShard(folder, number, first, length, encoders, loader, progress, description);
        }
        progress.accept(first + length);
      }
    }
  }

  /** What {@code latents.json} says. */
  public LatentsFile description() {
    return new LatentsFile(
        source, format, count, shardSize, networks.digests(), labels ? clips.labels() : List.of());
  }

  private void encodeShard(
      Path folder,
      int number,
      long first,
      int length,
      ClipEncoders encoders,
      ClipLoader loader,
      LongConsumer progress,
      LatentsFile description) {
    try (TensorScope shard = TensorScope.open()) {
      Map<String, List<Tensor>> made = new LinkedHashMap<>();
      List<Tensor> texts = new ArrayList<>();
      for (int done = 0; done < length; done += batch) {
        int size = Math.min(batch, length - done);
        List<Clip> some = loader.clips(first + done, size);
        try (TensorScope scope = TensorScope.open();
            NoGradGuard noGrad = new NoGradGuard()) {
          encoders
              .encode(some)
              .forEach(
                  (role, tensor) ->
                      made.computeIfAbsent(role, r -> new ArrayList<>()).add(scope.keep(tensor)));
          if (encoders.readsText()) {
            encoders.text(captions(first + done, size)).forEach(t -> texts.add(scope.keep(t)));
          }
        }
        progress.accept(first + done + size);
      }
      // Not earlier: a format that the codecs refuse leaves no folder behind.
      if (!Files.exists(LatentsFile.in(folder))) {
        description.write(folder);
      }
      Map<String, Tensor> joined = new LinkedHashMap<>();
      made.forEach((role, tensors) -> joined.put(role, joined(tensors)));
      if (!texts.isEmpty()) {
        joined.put(LatentRoles.TEXT, joined(texts));
        joined.put(LatentRoles.TEXT_ENDS, ends(texts));
      }
      if (labels) {
        joined.put(LatentRoles.LABEL, labels(first, length));
      }
      Map<String, String> metadata = new TreeMap<>(ShardOrigin.of(description, batch).metadata());
      metadata.put("first", Long.toString(first));
      LatentCache.writeShard(folder, number, joined, metadata);
    }
  }

  private List<String> captions(long first, int length) {
    List<String> captions = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      captions.add(clips.caption(first + i));
    }
    return captions;
  }

  /** Where the tokens of each clip end among those of all, (n, 1). */
  private static Tensor ends(List<Tensor> texts) {
    long[] ends = new long[texts.size()];
    long end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += texts.get(i).size(0);
      ends[i] = end;
    }
    return Tensors.of(ends, ends.length, 1);
  }

  /** The classes of some clips, (n, 1). */
  private Tensor labels(long first, int length) {
    float[] numbers = new float[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = clips.label(first + i);
    }
    return Tensors.of(numbers, length, 1);
  }

  private static Tensor joined(List<Tensor> batches) {
    return torch.cat(new TensorVector(batches.toArray(Tensor[]::new)), 0);
  }
}
