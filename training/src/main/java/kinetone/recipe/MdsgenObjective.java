package kinetone.recipe;

import java.util.List;
import java.util.Map;
import kinetone.data.LatentRoles;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.guidance.ConditionDrop;
import kinetone.diffusion.loss.Counted;
import kinetone.diffusion.loss.DenoisingLoss;
import kinetone.diffusion.loss.HybridLoss;
import kinetone.diffusion.loss.MinSnr;
import kinetone.diffusion.loss.NoiseLoss;
import kinetone.diffusion.loss.PositionWeight;
import kinetone.diffusion.loss.Weighting;
import kinetone.diffusion.timestep.ShiftedTimesteps;
import kinetone.diffusion.timestep.TimestepSampler;
import kinetone.diffusion.timestep.Vanilla;
import kinetone.model.mdsgen.MaskedObjective;
import kinetone.model.mdsgen.Masking;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.tensor.Rng;
import kinetone.train.TrainingTask;

/** What MDSGen learns: the noise and its variance, seeing all of the sound and parts of it. */
final class MdsgenObjective implements LatentObjective {
  private static final int HELD_OUT_BATCHES = 2;
  private static final double SNR_LIMIT = 5;

  private final MdsgenRecipe recipe;
  private final Mdsgen network;
  private final NoiseSchedule schedule;
  private final MaskedObjective objective;

  /** Owns {@code network}. */
  MdsgenObjective(MdsgenRecipe recipe, Mdsgen network) {
    this.recipe = recipe;
    this.network = network;
    schedule = recipe.model().diffusion().noiseSchedule();
    objective = objective(recipe.masking().masking(), recipe.conditionDrop());
  }

  private MaskedObjective objective(Masking masking, double conditionDrop) {
    TimestepSampler uniform =
        new Vanilla(schedule.steps(), Map.of(Modality.AUDIO, recipe.model().latent().length()));
    return new MaskedObjective(
        schedule,
        recipe.shift() == null
            ? uniform
            : new ShiftedTimesteps(uniform, schedule.steps(), recipe.shift()),
        new HybridLoss(schedule, new NoiseLoss(Weighting.ALL_ELEMENTS, Counted.ALL, weight())),
        masking,
        recipe.maskedWeight(),
        new ConditionDrop(conditionDrop));
  }

  private PositionWeight weight() {
    return recipe.minSnr()
        ? new MinSnr(schedule, SNR_LIMIT)
        : PositionWeight.of(recipe.model().diffusion().prediction(), schedule);
  }

  @Override
  public Network network() {
    return new Network("denoiser", Mdsgen.TYPE, recipe.model(), network);
  }

  @Override
  public TrainingTask.Value loss(long step, LatentBatch batch, Rng rng) {
    DenoisingLoss.Value value = value(objective, batch, rng);
    return new TrainingTask.Value(value.total(), value.parts());
  }

  private DenoisingLoss.Value value(MaskedObjective loss, LatentBatch batch, Rng rng) {
    Latents clean = Latents.of(Map.of(Modality.AUDIO, batch.get(LatentRoles.AUDIO)));
    Conditions conditions = Conditions.NONE.withFeatures(batch.get(LatentRoles.FEATURES));
    return loss.of(network, clean, conditions, rng);
  }

  /** The loss of the full pass with features and without. */
  @Override
  public List<HeldOut> heldOut() {
    return List.of(
        heldOut("conditional", objective(Masking.NONE, 0)),
        heldOut("unconditional", objective(Masking.NONE, 1)));
  }

  private HeldOut heldOut(String name, MaskedObjective loss) {
    return new HeldOut(
        HELD_OUT_BATCHES,
        HeldOut.Noise.ANEW,
        (batch, rng) -> Map.of(name, (double) value(loss, batch, rng).total().item_float()));
  }

  @Override
  public void close() {
    network.close();
  }
}
