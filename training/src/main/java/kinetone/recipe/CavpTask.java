package kinetone.recipe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.common.Check;
import kinetone.data.ClipLoader;
import kinetone.data.ClipSource;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.ContrastiveObjective;
import kinetone.media.Clip;
import kinetone.signal.ClipTensors;
import kinetone.spectral.MelFrontEnd;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.train.DataOrder;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Trains CAVP on clips. */
final class CavpTask implements Recipe.RecipeTask {
  private static final int HELD_OUT_BATCHES = 2;

  private final CavpRecipe recipe;
  private final Cavp cavp;
  private final Device device;
  private final ContrastiveObjective objective;
  private final MelFrontEnd front;
  private final int frames;
  private final ClipLoader loader;
  private final List<List<Clip>> heldOut = new ArrayList<>();

  CavpTask(CavpRecipe recipe, Cavp cavp, Device device) {
    this.recipe = recipe;
    this.cavp = cavp;
    this.device = device;
    objective = new ContrastiveObjective(recipe.segments(), recipe.temporalWeight());
    MelFrontEndConfig mel = recipe.mel().config(recipe.model(), recipe.format());
    frames = recipe.format().frames() * recipe.model().sound().framesPerFeature();
    Check.that(
        mel.frames(recipe.format().samples()) >= frames,
        "the sound of the clips has %d mel frames, their pictures need %d",
        mel.frames(recipe.format().samples()),
        frames);
    front = new MelFrontEnd(mel);
    ClipSource training = recipe.data().open(recipe.format());
    DataOrder order = new DataOrder(training.size(), recipe.trainer().seed());
    loader = ClipLoader.forTraining(training, order::index, recipe.batch());
    ClipSource others = recipe.data().openHeldOut(recipe.format());
    for (int i = 0; i < HELD_OUT_BATCHES; i++) {
      List<Clip> clips = new ArrayList<>();
      for (int j = 0; j < recipe.batch(); j++) {
        clips.add(others.clip(((long) i * recipe.batch() + j) % others.size()));
      }
      heldOut.add(clips);
    }
  }

  @Override
  public List<Phase> phases() {
    return List.of(new Phase("cavp", cavp, this::loss));
  }

  private Value loss(long step, int microBatch, Rng rng) {
    long micro = step * recipe.trainer().gradientAccumulation() + microBatch;
    ContrastiveObjective.Value value =
        value(loader.clips(micro * recipe.batch(), recipe.batch()), rng);
    return new Value(value.total(), value.parts());
  }

  private ContrastiveObjective.Value value(List<Clip> clips, Rng rng) {
    Tensor pictures = ClipTensors.unitVideo(clips);
    Tensor sound = ClipTensors.audio(clips, recipe.format().samples());
    // Frames after the last picture are left out.
    Tensor mel = front.logMel(front.normalise(sound)).narrow(1, 0, frames);
    return objective.of(
        cavp, pictures.to(device, ScalarType.Float), mel.to(device, ScalarType.Float), rng);
  }

  @Override
  public Map<String, Double> validate() {
    Map<String, Double> figures = new LinkedHashMap<>();
    // The same stretches at every validation, so that figures compare.
    try (Rng rng = new Rng(0)) {
      for (List<Clip> clips : heldOut) {
        try (TensorScope scope = TensorScope.open();
            NoGradGuard noGrad = new NoGradGuard()) {
          value(clips, rng)
              .parts()
              .forEach(
                  (name, part) ->
                      figures.merge(
                          name, (double) part.item_float() / HELD_OUT_BATCHES, Double::sum));
        }
      }
    }
    return figures;
  }

  @Override
  public void export(Path folder) {
    Cavp.FOLDER.save(folder, cavp, ScalarType.Half);
  }

  @Override
  public void close() {
    loader.close();
    front.close();
  }
}
