package kinetone.recipe;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.data.LatentRoles;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.loss.Counted;
import kinetone.diffusion.loss.DenoisingLoss;
import kinetone.diffusion.loss.DiffusionObjective;
import kinetone.diffusion.loss.NoiseLoss;
import kinetone.diffusion.loss.PositionWeight;
import kinetone.diffusion.loss.Weighting;
import kinetone.diffusion.process.DiffusionConfig;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.task.SegmentMap;
import kinetone.diffusion.timestep.TimestepSampler;
import kinetone.model.monl.AvDiT;
import kinetone.system.monl.MonlSystem;
import kinetone.tensor.Rng;
import kinetone.train.TrainingTask;
import org.bytedeco.pytorch.Device;

/** What AVDiT learns: the noise, under a mixture of noise levels. */
final class DenoiserObjective implements LatentObjective {
  private static final int HELD_OUT_BATCHES = 2;

  /** Standardised latents seldom leave this range; estimates near t = T do. */
  private static final double ESTIMATE_LIMIT = 6;

  private final DenoiserRecipe recipe;
  private final AvDiT network;
  private final Denoiser denoiser;
  private final NoiseSchedule schedule;
  private final SegmentMap segments;
  private final DiffusionObjective first;
  private final DiffusionObjective later;
  private final Optional<PipelineSamples> samples;

  /**
   * Owns {@code network}.
   *
   * @param segments how the latents of the recipe's clips lie in time
   */
  DenoiserObjective(DenoiserRecipe recipe, AvDiT network, SegmentMap segments, Device device) {
    this.recipe = recipe;
    this.network = network;
    DiffusionConfig diffusion = recipe.model().diffusion();
    schedule = diffusion.noiseSchedule();
    denoiser = diffusion.prediction().noisePrediction(network, schedule);
    this.segments = segments;
    first = objective(recipe.noiseLevels(0).mixture(schedule.steps(), segments));
    later = objective(recipe.noiseLevels(Long.MAX_VALUE).mixture(schedule.steps(), segments));
    samples =
        PipelineSamples.of(
            recipe.samples(),
            new MonlSystem(),
            recipe.model(),
            network,
            Map.of("video_codec", recipe.videoCodec(), "audio_codec", recipe.audioCodec()),
            recipe.format(),
            device);
  }

  @Override
  public Network network() {
    return new Network("denoiser", AvDiT.TYPE, recipe.model(), network);
  }

  private DiffusionObjective objectiveAt(long step) {
    boolean early = recipe.noiseLevels(step).equals(recipe.noiseLevels(0));
    return early ? first : later;
  }

  private DiffusionObjective objective(TimestepSampler timesteps) {
    return new DiffusionObjective(
        schedule,
        timesteps,
        new SelfConditioning(recipe.selfConditioningRate(), ESTIMATE_LIMIT),
        new NoiseLoss(
            Weighting.ALL_ELEMENTS,
            Counted.NOISY,
            PositionWeight.of(recipe.model().diffusion().prediction(), schedule)));
  }

  @Override
  public TrainingTask.Value loss(long step, LatentBatch batch, Rng rng) {
    DenoisingLoss.Value value = value(objectiveAt(step), batch, rng);
    return new TrainingTask.Value(value.total(), value.parts());
  }

  private DenoisingLoss.Value value(DiffusionObjective objective, LatentBatch batch, Rng rng) {
    Latents clean = Latents.of(batch.get(LatentRoles.VIDEO), batch.get(LatentRoles.AUDIO));
    return objective.of(denoiser, clean, Conditions.NONE, rng);
  }

  /** The loss under each strategy and task by itself. */
  @Override
  public List<HeldOut> heldOut() {
    List<HeldOut> figures = new ArrayList<>();
    recipe
        .noiseLevels()
        .measured(schedule.steps(), segments)
        .forEach(
            (name, strategy) -> {
              DiffusionObjective alone = objective(strategy);
              figures.add(
                  new HeldOut(
                      HELD_OUT_BATCHES,
                      HeldOut.Noise.CONTINUED,
                      (batch, rng) ->
                          Map.of(name, (double) value(alone, batch, rng).total().item_float())));
            });
    return figures;
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
