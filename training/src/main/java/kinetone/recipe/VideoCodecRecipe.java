package kinetone.recipe;

import kinetone.codec.CausalVideoCodec;
import kinetone.latent.loss.AdversarialObjective;
import kinetone.latent.loss.VideoLossConfig;
import kinetone.latent.magvit2.CausalVideoAutoencoder;
import kinetone.latent.magvit2.CausalVideoConfig;
import kinetone.media.ClipFormat;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;

/**
 * Training of the picture codec.
 *
 * @param data where clips come from
 * @param format what they are resampled to
 * @param model the network
 * @param batch clips per micro batch
 * @param loss weights of the reconstruction losses
 * @param adversarial a game against a discriminator; none when absent
 * @param samples pictures of held-out clips beside what the codec makes of them; none when absent
 * @param trainer the trainer's settings
 */
public record VideoCodecRecipe(
    DataConfig data,
    ClipFormat format,
    CausalVideoConfig model,
    int batch,
    VideoLossConfig loss,
    AdversarialObjective.Config adversarial,
    Samples samples,
    TrainerConfig trainer)
    implements Recipe {
  /** Checks the batch. */
  public VideoCodecRecipe {
    Recipe.require("data", data);
    Recipe.require("format", format);
    Recipe.require("model", model);
    Recipe.require("loss", loss);
    Recipe.require("trainer", trainer);
    Recipe.requireBatch(batch, 1, format.tensorBytes());
    Samples.requireNoSteps(samples);
  }

  @Override
  public RecipeTask build(Rng rng, Device device) {
    CausalVideoAutoencoder network = new CausalVideoAutoencoder(model, rng);
    return new CodecTask(
        CodecTask.Subject.of(
            new CodecSignal.Video(),
            CausalVideoCodec.FORMAT,
            network,
            new CausalVideoCodec(network),
            null),
        loss.terms(rng, device),
        CodecTask.Opponent.ofPictures(adversarial, rng),
        new CodecTask.Clips(data, format, batch, 0),
        samples,
        trainer,
        device);
  }
}
