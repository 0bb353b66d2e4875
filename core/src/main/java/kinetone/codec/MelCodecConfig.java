package kinetone.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import kinetone.common.Check;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.kl.MelChannel;
import kinetone.spectral.MelFrontEndConfig;

/**
 * The shape of a {@link MelCodec}.
 *
 * @param autoencoder of spectrograms: of one channel and time in rows (AudioLDM), or of pictures
 * @param frontEnd how spectrograms are made from sound
 * @param channel which channel of decoded pictures is the spectrogram, where the autoencoder is one
 *     of pictures, which is shown three copies with the bands in rows (Diff-Foley, the paper's
 *     MDSGen); null where it has one channel
 */
public record MelCodecConfig(
    AutoencoderKlConfig autoencoder,
    MelFrontEndConfig frontEnd,
    @JsonInclude(JsonInclude.Include.NON_NULL) MelChannel channel) {
  /** Checks that the parts fit. */
  public MelCodecConfig {
    Check.that(autoencoder != null, "autoencoder is missing");
    Check.that(frontEnd != null, "frontEnd is missing");
    int expected = channel == null ? 1 : 3;
    Check.that(
        autoencoder.signalChannels() == expected,
        "autoencoder.signalChannels = %d, must be %d %s",
        autoencoder.signalChannels(),
        expected,
        channel == null ? "where 'channel' is absent" : "where 'channel' is given");
    Check.divisible("mel bands", frontEnd.bands(), "bands per latent", autoencoder.factor());
  }

  /** Spectrograms of one channel. */
  public MelCodecConfig(AutoencoderKlConfig autoencoder, MelFrontEndConfig frontEnd) {
    this(autoencoder, frontEnd, null);
  }

  /** Bands of the latents, F. */
  public int frequencies() {
    return frontEnd.bands() / autoencoder.factor();
  }
}
