package kinetone.recipe;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.checkpoint.convert.Naming;
import kinetone.data.LatentRoles;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.guidance.ConditionDrop;
import kinetone.diffusion.guidance.GivenGuidance;
import kinetone.diffusion.loss.Counted;
import kinetone.diffusion.loss.DenoisingLoss;
import kinetone.diffusion.loss.DiffusionObjective;
import kinetone.diffusion.loss.HybridLoss;
import kinetone.diffusion.loss.NoiseLoss;
import kinetone.diffusion.loss.PositionWeight;
import kinetone.diffusion.loss.Weighting;
import kinetone.diffusion.process.DiffusionConfig;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.process.VarianceType;
import kinetone.diffusion.task.TaskMask;
import kinetone.diffusion.timestep.MixtureOfNoiseLevels;
import kinetone.diffusion.timestep.ShiftedTimesteps;
import kinetone.diffusion.timestep.TaskSpecific;
import kinetone.diffusion.timestep.TimestepSampler;
import kinetone.diffusion.timestep.Vanilla;
import kinetone.model.stdit.StDit3;
import kinetone.model.uniform.UniForm;
import kinetone.model.uniform.UniFormConfig;
import kinetone.system.uniform.UniFormSystem;
import kinetone.tensor.Rng;
import kinetone.train.TrainingTask;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * What UniForm learns: noise and variance of what each example's task generates (Zhao et al. 2025,
 * eq. 1 to 3), with and without its caption.
 */
final class UniFormObjective implements LatentObjective {
  private static final int HELD_OUT_BATCHES = 2;

  private final UniFormRecipe recipe;
  private final UniForm network;
  private final NoiseSchedule schedule;
  private final DenoisingLoss loss;
  private final DiffusionObjective objective;
  private final Map<String, DiffusionObjective> byTask = new LinkedHashMap<>();
  private final Optional<PipelineSamples> samples;

  /** Owns {@code network}. */
  UniFormObjective(UniFormRecipe recipe, UniForm network, Device device) {
    this.recipe = recipe;
    this.network = network;
    DiffusionConfig diffusion = recipe.model().diffusion();
    schedule = diffusion.noiseSchedule();
    NoiseLoss noise =
        new NoiseLoss(
            Weighting.SUM_OF_MODALITIES,
            Counted.NOISY,
            PositionWeight.of(diffusion.prediction(), schedule));
    loss =
        diffusion.variance() == VarianceType.LEARNED_RANGE
            ? new HybridLoss(schedule, noise)
            : noise;
    Map<String, TimestepSampler> tasks = tasks(recipe.model());
    UniFormRecipe.Tasks weights = recipe.tasks();
    objective =
        objective(
            new MixtureOfNoiseLevels(
                List.of(
                    new MixtureOfNoiseLevels.Kind(tasks.get("t2av"), weights.t2av()),
                    new MixtureOfNoiseLevels.Kind(tasks.get("a2v"), weights.a2v()),
                    new MixtureOfNoiseLevels.Kind(tasks.get("v2a"), weights.v2a()))));
    tasks.forEach((name, task) -> byTask.put(name, objective(task)));
    samples =
        PipelineSamples.of(
            recipe.samples(),
            new UniFormSystem(),
            recipe.model(),
            network,
            Map.of(
                "video_codec",
                recipe.videoCodec(),
                "audio_codec",
                recipe.audioCodec(),
                "text_encoder",
                recipe.textEncoder()),
            recipe.format(),
            device);
  }

  private Map<String, TimestepSampler> tasks(UniFormConfig model) {
    int steps = schedule.steps();
    Map<Modality, Integer> lengths =
        Map.of(
            Modality.VIDEO, model.video().frames(),
            Modality.AUDIO, model.audio().length());
    Map<String, TimestepSampler> tasks = new LinkedHashMap<>();
    tasks.put("t2av", shifted(new Vanilla(steps, lengths)));
    tasks.put(
        "a2v", shifted(new TaskSpecific(steps, TaskMask.only(Modality.VIDEO, lengths), lengths)));
    tasks.put(
        "v2a", shifted(new TaskSpecific(steps, TaskMask.only(Modality.AUDIO, lengths), lengths)));
    return tasks;
  }

  private TimestepSampler shifted(TimestepSampler uniform) {
    return new ShiftedTimesteps(uniform, schedule.steps(), recipe.shift());
  }

  private DiffusionObjective objective(TimestepSampler timesteps) {
    return new DiffusionObjective(schedule, timesteps, SelfConditioning.NONE, loss);
  }

  @Override
  public Network network() {
    return new Network("denoiser", UniForm.TYPE, recipe.model(), network);
  }

  @Override
  public TrainingTask.Value loss(long step, LatentBatch batch, Rng rng) {
    return CheckpointedLoss.of(
        recipe.gradientCheckpointing(),
        network,
        through -> {
          Conditions conditions =
              new ConditionDrop(recipe.textDrop())
                  .apply(Conditions.NONE.withText(batch.text()), batch.size(), rng);
          return objective.of(
              noisePrediction(hiding(through, batch.size(), rng)), clean(batch), conditions, rng);
        });
  }

  private Denoiser noisePrediction(Denoiser plain) {
    return recipe.model().diffusion().prediction().noisePrediction(plain, schedule);
  }

  /** {@code plain}, which sometimes does not see what is given. */
  private Denoiser hiding(Denoiser plain, long batch, Rng rng) {
    if (recipe.givenDrop() == 0) {
      return plain;
    }
    Tensor hidden = rng.uniform(batch).lt(new Scalar(recipe.givenDrop()));
    return (noisy, levels, conditions) ->
        plain.predict(GivenGuidance.hide(noisy, levels, hidden), levels, conditions);
  }

  private static Latents clean(LatentBatch batch) {
    return Latents.of(batch.get(LatentRoles.VIDEO), batch.get(LatentRoles.AUDIO));
  }

  /** The loss of each task by itself, with captions and, of the sound's, without. */
  @Override
  public List<HeldOut> heldOut() {
    List<HeldOut> figures = new ArrayList<>();
    byTask.forEach(
        (name, task) -> {
          figures.add(heldOut(name, task, true));
          figures.add(heldOut(name + "-no-text", task, false));
        });
    return figures;
  }

  private HeldOut heldOut(String name, DiffusionObjective task, boolean told) {
    return new HeldOut(
        HELD_OUT_BATCHES,
        HeldOut.Noise.ANEW,
        (batch, rng) -> {
          Conditions conditions = Conditions.NONE.withText(batch.text());
          Conditions heard =
              told ? conditions : new ConditionDrop(1).apply(conditions, batch.size(), rng);
          DenoisingLoss.Value value = task.of(noisePrediction(network), clean(batch), heard, rng);
          return Map.of(name, (double) value.total().item_float());
        });
  }

  /** An STDiT3, trained on videos or begun from a picture model, is the start of the paper's. */
  @Override
  public Optional<Naming> startsFrom(String type) {
    return type.equals(StDit3.TYPE)
        ? Optional.of(Naming.ofPart(StDit3.TYPE, UniForm.TRUNK_PREFIX))
        : Optional.empty();
  }

  @Override
  public BufferedImage samples() {
    return samples.orElseThrow().draw();
  }

  @Override
  public void close() {
    samples.ifPresentOrElse(PipelineSamples::close, network::close);
  }
}
