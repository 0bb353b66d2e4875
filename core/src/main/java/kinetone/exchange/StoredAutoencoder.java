package kinetone.exchange;

import com.fasterxml.jackson.annotation.JsonInclude;
import kinetone.codec.FramewiseCodec;
import kinetone.common.Check;
import kinetone.latent.LatentStatistics;
import kinetone.latent.kl.AutoencoderKlConfig;

/**
 * What the folder of an autoencoder of pictures says of it, as {@link kinetone.codec.CodecFolder}
 * reads it.
 *
 * @param codec the network
 * @param statistics of its latents; null before an import, which then finds them
 */
public record StoredAutoencoder(
    AutoencoderKlConfig codec,
    @JsonInclude(JsonInclude.Include.NON_NULL) LatentStatistics statistics) {
  /** Checks that it is one of pictures, and that both have the same channels. */
  public StoredAutoencoder {
    Check.that(codec != null, "codec is missing");
    FramewiseCodec.requirePictures(codec);
    Check.that(
        statistics == null || statistics.codecChannels() == codec.latentChannels(),
        "latent statistics do not have the %d channels of the codec",
        codec.latentChannels());
  }
}
