package kinetone.data;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import kinetone.common.Check;

/**
 * Folders of the networks that make latents: a codec of any kind for pictures, one for sound, or
 * both.
 *
 * @param videoCodec the codec of pictures
 * @param audioCodec the codec of sound
 * @param cavp the network for picture features; none are made when absent
 * @param textEncoder the encoder that reads captions; they are left out when absent
 */
public record LatentNetworks(
    Optional<Path> videoCodec,
    Optional<Path> audioCodec,
    Optional<Path> cavp,
    Optional<Path> textEncoder) {
  /** Checks that there is a codec. */
  public LatentNetworks {
    Check.that(
        videoCodec.isPresent() || audioCodec.isPresent(),
        "latents need a codec; give --video-codec, --audio-codec or both");
  }

  /** Without captions. */
  public LatentNetworks(Optional<Path> videoCodec, Optional<Path> audioCodec, Optional<Path> cavp) {
    this(videoCodec, audioCodec, cavp, Optional.empty());
  }

  /** Both codecs, without features. */
  public static LatentNetworks of(Path videoCodec, Path audioCodec) {
    return new LatentNetworks(Optional.of(videoCodec), Optional.of(audioCodec), Optional.empty());
  }

  /** A codec of sound alone, without features. */
  public static LatentNetworks ofSound(Path audioCodec) {
    return new LatentNetworks(Optional.empty(), Optional.of(audioCodec), Optional.empty());
  }

  /** The same with picture features. */
  public LatentNetworks withCavp(Path folder) {
    return new LatentNetworks(videoCodec, audioCodec, Optional.of(folder), textEncoder);
  }

  /** The same with captions. */
  public LatentNetworks withText(Path folder) {
    return new LatentNetworks(videoCodec, audioCodec, cavp, Optional.of(folder));
  }

  /** What made them, by role. */
  Map<String, EncoderDigest> digests() {
    Map<String, EncoderDigest> digests = new LinkedHashMap<>();
    videoCodec.ifPresent(folder -> digests.put(LatentRoles.VIDEO, EncoderDigest.of(folder)));
    audioCodec.ifPresent(folder -> digests.put(LatentRoles.AUDIO, EncoderDigest.of(folder)));
    cavp.ifPresent(folder -> digests.put(LatentRoles.FEATURES, EncoderDigest.of(folder)));
    textEncoder.ifPresent(folder -> digests.put(LatentRoles.TEXT, EncoderDigest.of(folder)));
    return digests;
  }
}
