package kinetone.recipe;

import java.util.ArrayList;
import java.util.List;
import kinetone.common.Check;
import kinetone.latent.CodecFolder;
import kinetone.latent.loss.CodecObjective;
import kinetone.latent.loss.ElementLoss;
import kinetone.latent.loss.GradientLoss;
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
 * @param l1 weight of the mean absolute error
 * @param l2 weight of the mean squared error
 * @param gradient weight of {@link GradientLoss}
 * @param trainer the trainer's settings
 */
public record VideoCodecRecipe(
    DataConfig data,
    ClipFormat format,
    CausalVideoConfig model,
    int batch,
    double l1,
    double l2,
    double gradient,
    TrainerConfig trainer)
    implements Recipe {
  /** Checks the batch. */
  public VideoCodecRecipe {
    Check.atLeast("batch", batch, 1);
  }

  @Override
  public RecipeTask build(Rng rng, Device device) {
    CausalVideoAutoencoder codec = new CausalVideoAutoencoder(model, rng);
    codec.module().to(device, false);
    List<CodecObjective.Term> terms = new ArrayList<>();
    if (l1 > 0) {
      terms.add(new CodecObjective.Term("l1", l1, ElementLoss.L1));
    }
    if (l2 > 0) {
      terms.add(new CodecObjective.Term("l2", l2, ElementLoss.L2));
    }
    if (gradient > 0) {
      terms.add(new CodecObjective.Term("gradient", gradient, new GradientLoss()));
    }
    return new CodecTask(
        CodecTask.Signal.VIDEO,
        codec,
        (folder, statistics) ->
            CodecFolder.save(
                folder, CausalVideoAutoencoder.FORMAT, codec, statistics, ScalarType.Half),
        new CodecObjective(codec, terms),
        data,
        format,
        batch,
        trainer,
        device);
  }
}
