package kinetone.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
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
 * Encodes clips with both codecs into the shards of a {@link LatentCache}. Shards that are there
 * already stay as they are, so the same preparation goes on where it was interrupted.
 *
 * @param clips what is encoded
 * @param source what tells these clips from others, for {@code latents.json}; for example kind and
 *     seed
 * @param format of the clips
 * @param count clips to encode, the first ones of {@code clips}
 * @param videoCodec folder of the picture codec
 * @param audioCodec folder of the sound codec
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

  private record Codecs(Codec video, Codec audio, Device device) {}

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
            device);
    codecs.video.module().to(device, false);
    codecs.audio.module().to(device, false);
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
        ComponentFolder.weightsSha256(audioCodec));
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
          torch.cat(new TensorVector(videos.toArray(Tensor[]::new)), 0),
          torch.cat(new TensorVector(audios.toArray(Tensor[]::new)), 0),
          Map.of("first", Long.toString(first)));
    }
  }

  private static Tensor encode(Codec codec, Tensor signal, Device device, Path folder) {
    Tensor latent = codec.encode(signal.to(device, signal.scalar_type())).to(ScalarType.Half).cpu();
    if (torch.isfinite(latent).all().item_int() == 0) {
      throw KinetoneException.user(
          "the codec %s gives latents that are infinite or not numbers; train it again", folder);
    }
    return latent;
  }
}
