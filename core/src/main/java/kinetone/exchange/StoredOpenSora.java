package kinetone.exchange;

import com.fasterxml.jackson.annotation.JsonInclude;
import kinetone.common.Check;
import kinetone.latent.LatentStatistics;
import kinetone.latent.opensora.OpenSoraConfig;

/**
 * What the folder of Open-Sora's video autoencoder says of it, as {@link
 * kinetone.codec.CodecFolder} reads it.
 *
 * @param codec the network
 * @param statistics of its latents; null before an import, which then finds them
 */
public record StoredOpenSora(
    OpenSoraConfig codec, @JsonInclude(JsonInclude.Include.NON_NULL) LatentStatistics statistics) {
  /** Checks that both have the same channels. */
  public StoredOpenSora {
    Check.that(codec != null, "codec is missing");
    Check.that(
        statistics == null || statistics.codecChannels() == codec.temporal().latentChannels(),
        "latent statistics do not have the %d channels of the codec",
        codec.temporal().latentChannels());
  }
}
