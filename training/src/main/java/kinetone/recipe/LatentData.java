package kinetone.recipe;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.codec.Codecs;
import kinetone.common.Check;
import kinetone.data.LatentCache;
import kinetone.data.LatentRoles;
import kinetone.data.LatentsFile;
import kinetone.latent.LatentStatistics;
import kinetone.tensor.TensorScope;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A cache of latents as a recipe wants it: checked, and standardised by the codecs' statistics. */
final class LatentData implements AutoCloseable {
  private final LatentCache cache;
  private final Map<String, Optional<LatentStatistics>> statistics;
  private final Device device;

  private LatentData(
      LatentCache cache, Map<String, Optional<LatentStatistics>> statistics, Device device) {
    this.cache = cache;
    this.statistics = statistics;
    this.device = device;
  }

  /**
   * Opens the shards in {@code folder}.
   *
   * @throws kinetone.common.KinetoneException of kind USER when they lack an input, have other
   *     sizes, or were made by other codecs than those of {@code inputs}
   */
  static LatentData open(Path folder, List<LatentInput> inputs, Device device) {
    LatentCache cache = LatentCache.open(folder);
    try {
      LatentsFile made = LatentsFile.read(folder);
      made.requireShards(folder);
      Map<String, Optional<LatentStatistics>> statistics = new LinkedHashMap<>();
      for (LatentInput input : inputs) {
        input.labels().ifPresent(names -> made.requireLabels(folder, names));
        long[] sizes = cache.sizes(input.role());
        Optional<LatentStatistics> ofCodec =
            input.codec().map(codec -> Codecs.describe(codec).statistics());
        input.encoder().ifPresent(encoder -> made.requireEncoder(folder, input.role(), encoder));
        input.codec().ifPresent(codec -> made.requireEncoder(folder, input.role(), codec));
        ofCodec.ifPresent(s -> standardise(folder, input, sizes, s));
        input.requireSizes(folder, sizes);
        statistics.put(input.role(), ofCodec);
      }
      return new LatentData(cache, statistics, device);
    } catch (RuntimeException | Error e) {
      cache.close();
      throw e;
    }
  }

  /** Makes {@code sizes} those of standardised latents, which may have more channels. */
  private static void standardise(
      Path folder, LatentInput input, long[] sizes, LatentStatistics statistics) {
    int last = sizes.length - 1;
    Check.that(
        last >= 0 && sizes[last] == statistics.codecChannels(),
        "the latents in %s have %s of %d channels, but those of %s have %d",
        folder,
        input.role(),
        last < 0 ? 0 : sizes[last],
        input.codec().orElseThrow(),
        statistics.codecChannels());
    sizes[last] = statistics.channels();
  }

  /** Number of clips. */
  long size() {
    return cache.size();
  }

  /** Bytes of one clip as it is given to a network. */
  double clipBytes() {
    return statistics.keySet().stream()
        .mapToDouble(
            role -> Arrays.stream(cache.sizes(role)).asDoubleStream().reduce(4, (a, b) -> a * b))
        .sum();
  }

  /** The given clips. */
  LatentBatch batch(long[] indices) {
    return placed(read(indices));
  }

  /**
   * The given clips, still on the CPU and in no scope: one reference to each tensor is the
   * caller's. Any thread may read. For a GPU they lie where it can fetch them by itself.
   */
  LatentBatch read(long[] indices) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    // Not in anybody's scope: who reads ahead gives them to another thread.
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGrad = new NoGradGuard()) {
      statistics.forEach(
          (role, ofCodec) -> {
            if (role.equals(LatentRoles.TEXT)) {
              LatentCache.Text text = cache.text(indices);
              tensors.put(role, pinned(text.embedding()));
              tensors.put(LatentBatch.TEXT_MASK, pinned(text.mask()));
            } else {
              Tensor raw = cache.get(role, indices);
              Tensor seen = ofCodec.map(s -> s.standardise(raw)).orElse(raw);
              tensors.put(role, pinned(seen.to(ScalarType.Float)));
            }
          });
      tensors.values().forEach(Tensor::retainReference);
    }
    return new LatentBatch(tensors);
  }

  private Tensor pinned(Tensor floats) {
    return device.is_cuda() ? floats.pin_memory() : floats;
  }

  /** What {@link #read} gave, on the device and in the caller's scope, without waiting for it. */
  LatentBatch placed(LatentBatch read) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    read.tensors()
        .forEach(
            (role, tensor) ->
                tensors.put(
                    role,
                    tensor.to(device, ScalarType.Float, true, false, new MemoryFormatOptional())));
    free(read);
    return new LatentBatch(tensors);
  }

  /** Gives back what {@link #read} left with the caller. */
  static void free(LatentBatch read) {
    read.tensors().values().forEach(TensorScope::release);
  }

  @Override
  public void close() {
    cache.close();
  }
}
