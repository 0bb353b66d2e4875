package kinetone.recipe;

import java.util.List;
import java.util.Map;
import kinetone.data.LatentRoles;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.loss.Counted;
import kinetone.diffusion.loss.DenoisingLoss;
import kinetone.diffusion.loss.DiffusionObjective;
import kinetone.diffusion.loss.HybridLoss;
import kinetone.diffusion.loss.NoiseLoss;
import kinetone.diffusion.loss.PositionWeight;
import kinetone.diffusion.loss.Weighting;
import kinetone.diffusion.process.DiffusionConfig;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.timestep.Vanilla;
import kinetone.model.dit.DiT;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import kinetone.train.TrainingTask;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** What DiT learns of single pictures: the noise and its variance (Peebles and Xie 2023). */
final class DitObjective implements LatentObjective {
  private static final int HELD_OUT_BATCHES = 2;

  private final DitRecipe recipe;
  private final DiT network;
  private final Denoiser denoiser;
  private final DiffusionObjective objective;

  /** Owns {@code network}. */
  DitObjective(DitRecipe recipe, DiT network) {
    this.recipe = recipe;
    this.network = network;
    DiffusionConfig diffusion = recipe.model().diffusion();
    NoiseSchedule schedule = diffusion.noiseSchedule();
    denoiser = diffusion.prediction().noisePrediction(network, schedule);
    objective =
        new DiffusionObjective(
            schedule,
            new Vanilla(schedule.steps(), Map.of(Modality.VIDEO, 1)),
            SelfConditioning.NONE,
            new HybridLoss(
                schedule,
                new NoiseLoss(
                    Weighting.ALL_ELEMENTS,
                    Counted.ALL,
                    PositionWeight.of(diffusion.prediction(), schedule))));
  }

  @Override
  public Network network() {
    return new Network("dit", DiT.TYPE, recipe.model(), network);
  }

  @Override
  public TrainingTask.Value loss(long step, LatentBatch batch, Rng rng) {
    DenoisingLoss.Value value = value(batch, recipe.conditionDrop(), rng);
    return new TrainingTask.Value(value.total(), value.parts());
  }

  private DenoisingLoss.Value value(LatentBatch batch, double conditionDrop, Rng rng) {
    Latents pictures = Latents.of(Map.of(Modality.VIDEO, pictures(batch, rng)));
    Conditions conditions =
        LabelConditions.of(
            batch, recipe.model().labels(), recipe.framesPerClip(), conditionDrop, rng);
    return objective.of(denoiser, pictures, conditions, rng);
  }

  /** Some frames of each clip, (B · framesPerClip, 1, H, W, C): each has a timestep of its own. */
  private Tensor pictures(LatentBatch batch, Rng rng) {
    Tensor video = batch.get(LatentRoles.VIDEO);
    long clips = video.size(0);
    Tensor drawn = rng.integers(0, recipe.frames(), clips, recipe.framesPerClip());
    Tensor chosen = drawn.add(firstFrames(clips)).flatten().to(video.device(), ScalarType.Long);
    return video.flatten(0, 1).index_select(0, chosen).unsqueeze(1);
  }

  /** The number of each clip's first frame among all of them, (B, 1). */
  private Tensor firstFrames(long clips) {
    long[] numbers = new long[Math.toIntExact(clips)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (long) i * recipe.frames();
    }
    return Tensors.of(numbers, clips, 1);
  }

  /** The loss with classes and without. */
  @Override
  public List<HeldOut> heldOut() {
    HeldOut conditional = heldOut("conditional", 0);
    return recipe.model().labels() == null
        ? List.of(conditional)
        : List.of(conditional, heldOut("unconditional", 1));
  }

  private HeldOut heldOut(String name, double conditionDrop) {
    return new HeldOut(
        HELD_OUT_BATCHES,
        HeldOut.Noise.ANEW,
        (batch, rng) ->
            Map.of(name, (double) value(batch, conditionDrop, rng).total().item_float()));
  }

  @Override
  public void close() {
    network.close();
  }
}
