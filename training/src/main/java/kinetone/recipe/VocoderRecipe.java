package kinetone.recipe;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.util.Optional;
import kinetone.common.Check;
import kinetone.latent.loss.Discriminators;
import kinetone.media.ClipFormat;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import kinetone.vocoder.DiscriminatorConfig;
import kinetone.vocoder.HiFiGan;
import kinetone.vocoder.HiFiGanConfig;
import kinetone.vocoder.VocoderFolder;
import kinetone.vocoder.VocoderLossConfig;
import org.bytedeco.pytorch.Device;

/**
 * Training of a vocoder.
 *
 * @param data where clips come from
 * @param format what they are resampled to
 * @param frontEnd from sound to the spectrograms that the vocoder inverts: {@code AUDIOLDM}, {@code
 *     DIFF_FOLEY} or all of {@link MelFrontEndConfig}
 * @param model the network
 * @param batch clips per micro batch
 * @param crop frames of the random piece of each clip that a step sees
 * @param loss weights of the losses
 * @param discriminators the opponents; none when absent
 * @param trainer the trainer's settings; phases are {@code discriminators} and {@code vocoder}
 */
public record VocoderRecipe(
    DataConfig data,
    ClipFormat format,
    @JsonDeserialize(using = MelFrontEndReader.class) MelFrontEndConfig frontEnd,
    HiFiGanConfig model,
    int batch,
    int crop,
    VocoderLossConfig loss,
    DiscriminatorConfig discriminators,
    TrainerConfig trainer)
    implements Recipe {
  /** Checks that the parts fit. */
  public VocoderRecipe {
    Recipe.require("data", data);
    Recipe.require("format", format);
    Recipe.require("frontEnd", frontEnd);
    Recipe.require("model", model);
    Recipe.require("loss", loss);
    Recipe.require("trainer", trainer);
    VocoderFolder.requireFit(model, frontEnd);
    Check.that(
        format.sampleRate() == frontEnd.sampleRate(),
        "format.sampleRate = %d, must be that of the front end, %d",
        format.sampleRate(),
        frontEnd.sampleRate());
    Recipe.requireBatch(batch, 1, format.tensorBytes());
    int frames = format.samples() / frontEnd.hop();
    Check.within("crop", crop, 1, frames);
    int window = frontEnd.spectrum().stft().fftLength();
    Check.that(
        2 * crop * frontEnd.hop() > window,
        "crop = %d frames of %d samples, must be longer than half a window of %d",
        crop,
        frontEnd.hop(),
        window);
  }

  @Override
  public RecipeTask build(Rng rng, Device device) {
    HiFiGan vocoder = new HiFiGan(model, rng);
    vocoder.to(device, false);
    Optional<Discriminators> opponents = Optional.empty();
    if (discriminators != null) {
      opponents = Optional.of(discriminators.build(rng));
      opponents.get().to(device, false);
    }
    return new VocoderTask(this, vocoder, opponents, device);
  }
}
