package kinetone.latent.opensora;

import com.fasterxml.jackson.annotation.JsonInclude;
import kinetone.common.Check;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.kl.LatentScale;
import kinetone.latent.kl.Tiling;

/**
 * The shape of an {@link OpenSoraAutoencoder}.
 *
 * @param picture the autoencoder of single pictures
 * @param pictureScale its latents are multiplied by this before time sees them
 * @param temporal the autoencoder over time
 * @param chunk frames that are coded together, and apart from all others
 * @param tiling how large pictures are coded in squares; null codes them whole, as public code does
 */
public record OpenSoraConfig(
    AutoencoderKlConfig picture,
    double pictureScale,
    TemporalConfig temporal,
    int chunk,
    @JsonInclude(JsonInclude.Include.NON_NULL) Tiling tiling) {
  /**
   * Open-Sora's 1.2 ({@code OpenSoraVAE_V1_2}): 17 frames to 5 latents, 8 × 8 pixels per latent,
   * 393,341,007 parameters. The autoencoder of pictures was trained for SDXL, whose factor is
   * 0.13025; time was trained on latents of Stable Diffusion's factor all the same.
   */
  public static final OpenSoraConfig V1_2 =
      new OpenSoraConfig(
          AutoencoderKlConfig.SD, LatentScale.SD.factor(), TemporalConfig.SD, 17, null);

  /** Checks ranges and that both networks fit together. */
  public OpenSoraConfig {
    Check.that(picture != null, "picture is missing");
    Check.that(temporal != null, "temporal is missing");
    Check.that(
        picture.signalChannels() == 3,
        "picture.signalChannels = %d, must be 3 for pictures",
        picture.signalChannels());
    Check.within("pictureScale", pictureScale, 1e-6, 1e6);
    Check.that(
        picture.latentChannels() == temporal.channels(),
        "temporal.channels = %d, but latents of pictures have %d",
        temporal.channels(),
        picture.latentChannels());
    Check.within("chunk", chunk, 1, 1 << 16);
    Check.that(
        (chunk - 1) % temporal.timeFactor() == 0,
        "chunk = %d, must be one more than a multiple of %d frames",
        chunk,
        temporal.timeFactor());
    if (tiling != null) {
      tiling.requireMultiplesOf(picture.factor());
    }
  }

  /** The same with pictures coded in squares; null for whole ones. */
  public OpenSoraConfig withTiling(Tiling other) {
    return new OpenSoraConfig(picture, pictureScale, temporal, chunk, other);
  }

  /** Latents along time of {@code frames}. */
  public long latents(long frames) {
    return frames / chunk * inChunk(chunk) + inChunk(frames % chunk);
  }

  /** The fewest frames that have {@code latents} latents along time. */
  public long frames(long latents) {
    long whole = latents / inChunk(chunk);
    long rest = latents % inChunk(chunk);
    return whole * chunk + (rest == 0 ? 0 : 1 + (rest - 1) * temporal.timeFactor());
  }

  /** Latents of the {@code frames} of one chunk. */
  long inChunk(long frames) {
    int factor = temporal.timeFactor();
    return (frames + factor - 1) / factor;
  }
}
