package kinetone.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.CavpConfig;
import kinetone.feature.cavp.CavpFolder;
import kinetone.latent.Codec;
import kinetone.latent.CodecFolder;
import kinetone.latent.magvit2.CausalVideoAutoencoder;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Encodes clips with both codecs, and their pictures into features where these are wanted, into the
 * shards of a {@link LatentCache}. Shards that are there already stay as they are, so the same
 * preparation goes on where it was interrupted.
 *
 * @param clips what is encoded
 * @param source what tells these clips from others, for {@code latents.json}; for example kind and
 *     seed
 * @param format of the clips
 * @param count clips to encode, the first ones of {@code clips}
 * @param videoCodec folder of the picture codec
 * @param audioCodec folder of the sound codec
 * @param cavp folder of the network for picture features; none are made when absent
 * @param shardSize clips per shard
 * @param batch clips encoded at once
 * @param threads that decode or render clips in the background
 */
public record LatentPreparation(
    ClipSource clips,
    Map<String, String> source,
    ClipFormat format,
    long count,
    Path videoCodec,
    Path audioCodec,
    Optional<Path> cavp,
    int shardSize,
    int batch,
    int threads) {
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
  }

  /** A preparation without features. */
  public LatentPreparation(
      ClipSource clips,
      Map<String, String> source,
      ClipFormat format,
      long count,
      Path videoCodec,
      Path audioCodec,
      int shardSize,
      int batch,
      int threads) {
    this(
        clips,
        source,
        format,
        count,
        videoCodec,
        audioCodec,
        Optional.empty(),
        shardSize,
        batch,
        threads);
  }

  private record Codecs(Codec video, Codec audio, Optional<Cavp> cavp, Device device) {}

  /**
   * Checks that {@code folder} is new or holds latents of this preparation.
   *
   * @throws KinetoneException of kind USER naming what differs
   */
  public void check(Path folder) {
    description().requireSame(folder);
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
    description.requireSame(folder);
    Codecs codecs =
        new Codecs(
            CodecFolder.load(videoCodec, CausalVideoAutoencoder.FORMAT).codec(),
            CodecFolder.load(audioCodec, CausalAudioAutoencoder.FORMAT).codec(),
            cavp.map(this::loadCavp),
            device);
    codecs.video.module().to(device, false);
    codecs.audio.module().to(device, false);
    codecs.cavp.ifPresent(network -> network.to(device, false));
    // Positions past the end are only decoded ahead, never asked for.
    try (ClipLoader loader =
        new ClipLoader(clips, position -> Math.min(position, count - 1), threads, 2 * batch)) {
      for (int number = 0; (long) number * shardSize < count; number++) {
        long first = (long) number * shardSize;
        int length = (int) Math.min(shardSize, count - first);
        if (!Files.exists(LatentCache.shard(folder, number))) {
          encodeShard(folder, number, first, length, codecs, loader, progress, description);
        }
        progress.accept(first + length);
      }
    }
  }

  /** What {@code latents.json} says. */
  public LatentsFile description() {
    return new LatentsFile(
        source,
        format,
        count,
        shardSize,
        ComponentFolder.weightsSha256(videoCodec),
        ComponentFolder.weightsSha256(audioCodec),
        cavp.map(ComponentFolder::weightsSha256).orElse(null));
  }

  private Cavp loadCavp(Path folder) {
    Cavp network = CavpFolder.load(folder);
    CavpConfig config = network.config();
    Check.that(
        config.size() == format.width()
            && config.size() == format.height()
            && config.framesPerSecond() == format.framesPerSecond(),
        "the features of %s are for pictures of %dx%d at %s Hz, these clips are %dx%d at %s Hz",
        folder,
        config.size(),
        config.size(),
        config.framesPerSecond(),
        format.width(),
        format.height(),
        format.framesPerSecond());
    return network;
  }

  private void encodeShard(
      Path folder,
      int number,
      long first,
      int length,
      Codecs codecs,
      ClipLoader loader,
      LongConsumer progress,
      LatentsFile description) {
    try (TensorScope shard = TensorScope.open()) {
      List<Tensor> videos = new ArrayList<>();
      List<Tensor> audios = new ArrayList<>();
      List<Tensor> features = new ArrayList<>();
      for (int done = 0; done < length; done += batch) {
        int size = Math.min(batch, length - done);
        List<Clip> part = loader.clips(first + done, size);
        try (TensorScope scope = TensorScope.open();
            NoGradGuard noGrad = new NoGradGuard()) {
          videos.add(
              scope.keep(encode(codecs.video, ClipTensors.video(part), codecs.device, videoCodec)));
          audios.add(
              scope.keep(
                  encode(
                      codecs.audio,
                      ClipTensors.audio(part, format.samples()),
                      codecs.device,
                      audioCodec)));
          if (codecs.cavp.isPresent()) {
            features.add(scope.keep(features(codecs.cavp.get(), part, codecs.device)));
          }
        }
        progress.accept(first + done + size);
      }
      // Not earlier: a format that the codecs refuse leaves no folder behind.
      if (!Files.exists(LatentsFile.in(folder))) {
        description.write(folder);
      }
      LatentCache.writeShard(
          folder,
          number,
          joined(videos),
          joined(audios),
          features.isEmpty() ? Optional.empty() : Optional.of(joined(features)),
          Map.of("first", Long.toString(first)));
    }
  }

  private static Tensor joined(List<Tensor> parts) {
    return torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), 0);
  }

  private static Tensor encode(Codec codec, Tensor signal, Device device, Path folder) {
    return finite(codec.encode(signal.to(device, signal.scalar_type())), "the codec", folder);
  }

  private Tensor features(Cavp network, List<Clip> clips, Device device) {
    Tensor pictures = ClipTensors.unitVideo(clips);
    return finite(
        network.encodeVideo(pictures.to(device, pictures.scalar_type())),
        "the network",
        cavp.orElseThrow());
  }

  private static Tensor finite(Tensor result, String what, Path folder) {
    Tensor stored = result.to(ScalarType.Half).cpu();
    if (torch.isfinite(stored).all().item_int() == 0) {
      throw KinetoneException.user(
          "%s %s gives latents that are infinite or not numbers; train it again", what, folder);
    }
    return stored;
  }
}
