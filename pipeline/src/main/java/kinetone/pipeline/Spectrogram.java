package kinetone.pipeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import kinetone.common.Check;
import kinetone.latent.kl.MelChannel;
import kinetone.spectral.MelFrontEndConfig;

/**
 * The spectrograms that a model's sound latents stand for.
 *
 * @param frontEnd how they are made from sound
 * @param channel which channel of decoded pictures is the spectrogram, where the codec is one of
 *     pictures, which was shown three copies with the bands in rows; null where the codec has one
 *     channel and time in rows
 */
public record Spectrogram(
    MelFrontEndConfig frontEnd, @JsonInclude(JsonInclude.Include.NON_NULL) MelChannel channel) {
  /** Checks that the front end is there. */
  public Spectrogram {
    Check.that(frontEnd != null, "spectrogram.frontEnd is missing");
  }
}
