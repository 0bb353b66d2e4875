package kinetone.exchange;

import com.fasterxml.jackson.annotation.JsonInclude;
import kinetone.codec.MelCodecConfig;
import kinetone.common.Check;
import kinetone.latent.LatentStatistics;

/**
 * What the folder of a mel codec says of it, as {@link kinetone.codec.CodecFolder} reads it.
 *
 * @param codec the network and its spectrograms
 * @param statistics of its latents; null before an import, which then finds them
 */
public record StoredMelCodec(
    MelCodecConfig codec, @JsonInclude(JsonInclude.Include.NON_NULL) LatentStatistics statistics) {
  /** Checks that both have the same channels. */
  public StoredMelCodec {
    Check.that(codec != null, "codec is missing");
    Check.that(
        statistics == null || statistics.codecChannels() == codec.autoencoder().latentChannels(),
        "latent statistics do not have the %d channels of the codec",
        codec.autoencoder().latentChannels());
  }
}
