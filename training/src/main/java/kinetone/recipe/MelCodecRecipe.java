package kinetone.recipe;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.util.List;
import kinetone.codec.MelCodec;
import kinetone.codec.MelCodecConfig;
import kinetone.common.Check;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.loss.AdversarialObjective;
import kinetone.latent.loss.MelLossConfig;
import kinetone.latent.loss.RandomPictureFeatures;
import kinetone.media.ClipFormat;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;

/**
 * Training of the codec of mel spectrograms.
 *
 * @param data where clips come from; only their sound is used
 * @param format what they are resampled to
 * @param mel how spectrograms are made from sound: {@code AUDIOLDM}, {@code DIFF_FOLEY} or all of
 *     {@link MelFrontEndConfig}
 * @param model the network
 * @param batch clips per micro batch
 * @param crop frames of the random piece of each spectrogram that a step sees; 0 for all
 * @param loss weights of the reconstruction losses
 * @param adversarial a game against a discriminator; none when absent
 * @param trainer the trainer's settings
 */
public record MelCodecRecipe(
    DataConfig data,
    ClipFormat format,
    @JsonDeserialize(using = MelFrontEndReader.class) MelFrontEndConfig mel,
    AutoencoderKlConfig model,
    int batch,
    int crop,
    MelLossConfig loss,
    AdversarialObjective.Config adversarial,
    TrainerConfig trainer)
    implements Recipe {
  private static final List<Integer> FEATURE_CHANNELS = List.of(16, 32, 64);

  /** Checks that spectrogram, network and piece fit together. */
  public MelCodecRecipe {
    Recipe.require("data", data);
    Recipe.require("format", format);
    Recipe.require("mel", mel);
    Recipe.require("model", model);
    Recipe.require("loss", loss);
    Recipe.require("trainer", trainer);
    Check.that(
        format.sampleRate() == mel.sampleRate(),
        "format.sampleRate = %d, must be %d, that of mel",
        format.sampleRate(),
        mel.sampleRate());
    Check.that(
        model.signalChannels() == 1,
        "model.signalChannels = %d, must be 1 for spectrograms",
        model.signalChannels());
    Check.divisible("mel bands", mel.bands(), "positions per latent", model.factor());
    Recipe.requireBatch(batch, 1, format.tensorBytes());
    Check.within("crop", crop, 0, (int) mel.frames(format.samples()));
    Check.divisible("crop", crop, "positions per latent", model.factor());
  }

  @Override
  public RecipeTask build(Rng rng, Device device) {
    RandomPictureFeatures features = new RandomPictureFeatures(FEATURE_CHANNELS, rng);
    features.to(device, false);
    MelAsPicture picture = new MelAsPicture(model.signalMean(), model.signalDeviation());
    AutoencoderKl network = new AutoencoderKl(model, rng);
    MelCodec codec = new MelCodec(new MelCodecConfig(model, mel), network);
    return new CodecTask(
        CodecTask.Subject.of(
            new MelSignal(codec, format.samples()), MelCodec.FORMAT, network, codec, null),
        loss.terms(picture.features(features)),
        CodecTask.Opponent.ofPictures(adversarial, rng)
            .map(
                game ->
                    new CodecTask.Opponent(
                        picture.discriminator(game.discriminator()), game.config())),
        new CodecTask.Clips(data, format, batch, crop),
        null,
        trainer,
        device);
  }
}
