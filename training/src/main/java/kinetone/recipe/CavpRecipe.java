package kinetone.recipe;

import kinetone.common.Check;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.CavpConfig;
import kinetone.feature.cavp.SegmentConfig;
import kinetone.media.ClipFormat;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;

/**
 * Contrastive training of picture and sound features.
 *
 * @param data where clips come from
 * @param format what they are resampled to; its pictures are those of the model
 * @param model the networks
 * @param mel what the network for sound hears
 * @param segments the stretches of a clip
 * @param temporalWeight weight of telling stretches of a clip from each other
 * @param batch clips per micro batch
 * @param trainer the trainer's settings
 */
public record CavpRecipe(
    DataConfig data,
    ClipFormat format,
    CavpConfig model,
    CavpMelConfig mel,
    SegmentConfig segments,
    double temporalWeight,
    int batch,
    TrainerConfig trainer)
    implements Recipe {
  /** Checks that the parts fit each other. */
  public CavpRecipe {
    Recipe.require("data", data);
    Recipe.require("format", format);
    Recipe.require("model", model);
    Recipe.require("model.sound", model.sound());
    Recipe.require("mel", mel);
    Recipe.require("segments", segments);
    Recipe.require("trainer", trainer);
    Recipe.requireBatch(batch, 2, format.tensorBytes());
    Check.atLeast("temporalWeight", temporalWeight, 0);
    Check.that(
        format.width() == model.size()
            && format.height() == model.size()
            && format.framesPerSecond() == model.framesPerSecond(),
        "format has %dx%d at %s Hz, but model is for %dx%d at %s Hz",
        format.width(),
        format.height(),
        format.framesPerSecond(),
        model.size(),
        model.size(),
        model.framesPerSecond());
    Check.that(
        format.frames() >= segments.shortestClip(),
        "segments need %d frames but format has %d",
        segments.shortestClip(),
        format.frames());
  }

  @Override
  public RecipeTask build(Rng rng, Device device) {
    Cavp cavp = new Cavp(model, rng);
    cavp.to(device, false);
    return new CavpTask(this, cavp, device);
  }
}
