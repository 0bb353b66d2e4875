package kinetone.recipe;

import java.util.List;
import java.util.Optional;
import kinetone.common.Check;
import kinetone.latent.CodecFolder;
import kinetone.latent.loss.AdversarialObjective;
import kinetone.latent.loss.CodecObjective;
import kinetone.latent.loss.VideoLossConfig;
import kinetone.latent.loss.VideoPatchDiscriminator;
import kinetone.latent.magvit2.CausalVideoAutoencoder;
import kinetone.latent.magvit2.CausalVideoConfig;
import kinetone.media.ClipFormat;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Training of the picture codec.
 *
 * @param data where clips come from
 * @param format what they are resampled to
 * @param model the network
 * @param batch clips per micro batch
 * @param loss weights of the reconstruction losses
 * @param adversarial a game against a discriminator; none when absent
 * @param trainer the trainer's settings
 */
public record VideoCodecRecipe(
    DataConfig data,
    ClipFormat format,
    CausalVideoConfig model,
    int batch,
    VideoLossConfig loss,
    AdversarialObjective.Config adversarial,
    TrainerConfig trainer)
    implements Recipe {
  private static final List<Integer> DISCRIMINATOR_CHANNELS = List.of(32, 64, 128);

  /** Checks the batch. */
  public VideoCodecRecipe {
    Recipe.require("data", data);
    Recipe.require("format", format);
    Recipe.require("model", model);
    Recipe.require("loss", loss);
    Recipe.require("trainer", trainer);
    Check.atLeast("batch", batch, 1);
  }

  @Override
  public RecipeTask build(Rng rng, Device device) {
    CausalVideoAutoencoder codec = new CausalVideoAutoencoder(model, rng);
    codec.module().to(device, false);
    return new CodecTask(
        new CodecSignal.Video(),
        codec,
        (folder, statistics) ->
            CodecFolder.save(
                folder, CausalVideoAutoencoder.FORMAT, codec, statistics, ScalarType.Half),
        new CodecObjective(codec, loss.terms()),
        adversarial == null ? Optional.empty() : Optional.of(opponent(rng)),
        data,
        format,
        batch,
        0,
        trainer,
        device);
  }

  private CodecTask.Opponent opponent(Rng rng) {
    return new CodecTask.Opponent(
        new VideoPatchDiscriminator(DISCRIMINATOR_CHANNELS, rng), adversarial);
  }
}
