package kinetone.data;

import java.nio.file.Path;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;

/**
 * Folders of the networks that make latents: both codecs of clips, or a mel codec, or all three.
 *
 * @param videoCodec the picture codec
 * @param audioCodec the sound codec
 * @param melCodec the codec of AudioLDM's mel spectrograms
 * @param cavp the network for picture features; none are made when absent
 */
public record LatentNetworks(
    Optional<Path> videoCodec,
    Optional<Path> audioCodec,
    Optional<Path> melCodec,
    Optional<Path> cavp) {
  /** Checks that there is a codec. */
  public LatentNetworks {
    Check.that(
        videoCodec.isPresent() == audioCodec.isPresent()
            && (videoCodec.isPresent() || melCodec.isPresent()),
        "latents need codecs; give --video-codec and --audio-codec, or --mel-codec, or all three");
  }

  /** Both codecs of clips, without features. */
  public static LatentNetworks of(Path videoCodec, Path audioCodec) {
    return new LatentNetworks(
        Optional.of(videoCodec), Optional.of(audioCodec), Optional.empty(), Optional.empty());
  }

  /** The same with picture features. */
  public LatentNetworks withCavp(Path folder) {
    return new LatentNetworks(videoCodec, audioCodec, melCodec, Optional.of(folder));
  }

  /** The same with latents of mel spectrograms. */
  public LatentNetworks withMelCodec(Path folder) {
    return new LatentNetworks(videoCodec, audioCodec, Optional.of(folder), cavp);
  }

  /** SHA-256 of the weights in {@code folder}; null without. */
  static String sha256(Optional<Path> folder) {
    return folder.map(ComponentFolder::weightsSha256).orElse(null);
  }
}
