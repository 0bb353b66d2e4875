package kinetone.recipe;

import kinetone.common.Check;
import kinetone.latent.CodecFolder;
import kinetone.latent.loss.CodecObjective;
import kinetone.latent.loss.VideoLossConfig;
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
 * @param trainer the trainer's settings
 */
public record VideoCodecRecipe(
    DataConfig data,
    ClipFormat format,
    CausalVideoConfig model,
    int batch,
    VideoLossConfig loss,
    TrainerConfig trainer)
    implements Recipe {
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
        CodecTask.Signal.VIDEO,
        codec,
        (folder, statistics) ->
            CodecFolder.save(
                folder, CausalVideoAutoencoder.FORMAT, codec, statistics, ScalarType.Half),
        new CodecObjective(codec, loss.terms()),
        data,
        format,
        batch,
        0,
        trainer,
        device);
  }
}
