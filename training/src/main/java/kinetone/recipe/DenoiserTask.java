package kinetone.recipe;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.data.LatentCache;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.loss.Counted;
import kinetone.diffusion.loss.DenoisingLoss;
import kinetone.diffusion.loss.DiffusionObjective;
import kinetone.diffusion.loss.NoiseLoss;
import kinetone.diffusion.loss.PositionWeight;
import kinetone.diffusion.loss.VelocityWeight;
import kinetone.diffusion.loss.Weighting;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.task.SegmentMap;
import kinetone.diffusion.timestep.TimestepSampler;
import kinetone.latent.CodecFolder;
import kinetone.latent.LatentStatistics;
import kinetone.latent.magvit2.CausalVideoAutoencoder;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.model.monl.AvDiT;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.train.DataOrder;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Trains AVDiT with a mixture of noise levels on cached latents. */
final class DenoiserTask implements Recipe.RecipeTask {
  private static final int HELD_OUT_BATCHES = 2;

  /** Standardised latents seldom leave this range; estimates near t = T do. */
  private static final double ESTIMATE_LIMIT = 6;

  private final DenoiserRecipe recipe;
  private final AvDiT denoiser;
  private final Denoiser network;
  private final Device device;
  private final NoiseSchedule schedule;
  private final SegmentMap segments;
  private final DiffusionObjective first;
  private final DiffusionObjective later;
  private final LatentStatistics videoStatistics;
  private final LatentStatistics audioStatistics;
  private final Optional<DenoiserSamples> samples;
  private final LatentCache latents;
  private final LatentCache heldOut;
  private final DataOrder order;

  DenoiserTask(DenoiserRecipe recipe, AvDiT denoiser, NoiseSchedule schedule, Device device) {
    this.recipe = recipe;
    this.denoiser = denoiser;
    network = recipe.model().prediction().noisePrediction(denoiser, schedule);
    this.schedule = schedule;
    this.device = device;
    CodecFolder.Loaded<CausalVideoAutoencoder> video =
        CodecFolder.load(Path.of(recipe.videoCodec()), CausalVideoAutoencoder.FORMAT);
    CodecFolder.Loaded<CausalAudioAutoencoder> audio =
        CodecFolder.load(Path.of(recipe.audioCodec()), CausalAudioAutoencoder.FORMAT);
    videoStatistics = video.statistics();
    audioStatistics = audio.statistics();
    segments = recipe.geometry(audio.codec().config().hop()).segments();
    first = objective(recipe.noiseLevels(0).mixture(schedule.steps(), segments));
    later = objective(recipe.noiseLevels(Long.MAX_VALUE).mixture(schedule.steps(), segments));
    samples = samples(video, audio);
    latents = LatentCache.open(Path.of(recipe.latents()));
    heldOut = LatentCache.open(Path.of(recipe.heldOutLatents()));
    order = new DataOrder(latents.size(), recipe.trainer().seed());
  }

  /** Without samples the codecs have done their duty. */
  private Optional<DenoiserSamples> samples(
      CodecFolder.Loaded<CausalVideoAutoencoder> video,
      CodecFolder.Loaded<CausalAudioAutoencoder> audio) {
    if (recipe.samples() == null) {
      video.codec().close();
      audio.codec().close();
      return Optional.empty();
    }
    SelfConditioning selfConditioning =
        recipe.selfConditioningRate() > 0
            ? new SelfConditioning(1, ESTIMATE_LIMIT)
            : SelfConditioning.NONE;
    return Optional.of(
        new DenoiserSamples(
            recipe.samples(),
            recipe.model(),
            recipe.format(),
            schedule,
            selfConditioning,
            video,
            audio,
            device));
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
        new NoiseLoss(Weighting.ALL_ELEMENTS, Counted.NOISY, weight()));
  }

  private PositionWeight weight() {
    return switch (recipe.model().prediction()) {
      case EPSILON -> PositionWeight.NONE;
      case V_PREDICTION -> new VelocityWeight(schedule);
    };
  }

  @Override
  public List<Phase> phases() {
    return List.of(new Phase("denoiser", denoiser, this::loss));
  }

  private Value loss(long step, int microBatch, Rng rng) {
    long number = step * recipe.trainer().gradientAccumulation() + microBatch;
    long[] indices = order.batch(number, recipe.batch());
    DenoisingLoss.Value value =
        objectiveAt(step).of(network, clean(latents, indices), Conditions.NONE, rng);
    return new Value(value.total(), value.parts());
  }

  private Latents clean(LatentCache cache, long[] indices) {
    Tensor video = videoStatistics.standardise(cache.video(indices));
    Tensor audio = audioStatistics.standardise(cache.audio(indices));
    return Latents.of(video.to(device, ScalarType.Float), audio.to(device, ScalarType.Float));
  }

  /** The loss under each strategy and task by itself, with the same noise at every validation. */
  @Override
  public Map<String, Double> validate() {
    Map<String, Double> figures = new LinkedHashMap<>();
    recipe
        .noiseLevels()
        .measured(schedule.steps(), segments)
        .forEach(
            (name, strategy) -> {
              DiffusionObjective alone = objective(strategy);
              double sum = 0;
              try (Rng rng = new Rng(0)) {
                for (int i = 0; i < HELD_OUT_BATCHES; i++) {
                  try (TensorScope scope = TensorScope.open();
                      NoGradGuard noGrad = new NoGradGuard()) {
                    sum +=
                        alone
                            .of(network, clean(heldOut, batch(i)), Conditions.NONE, rng)
                            .total()
                            .item_float();
                  }
                }
              }
              figures.put(name, sum / HELD_OUT_BATCHES);
            });
    return figures;
  }

  private long[] batch(int number) {
    long[] indices = new long[recipe.batch()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = ((long) number * recipe.batch() + i) % heldOut.size();
    }
    return indices;
  }

  @Override
  public int samplesEvery() {
    return Samples.interval(recipe.samples());
  }

  @Override
  public BufferedImage samples() {
    return samples.orElseThrow().draw(network);
  }

  @Override
  public void export(Path folder) {
    ComponentFolder.write(
        folder, AvDiT.TYPE, recipe.model(), StateDict.of(denoiser), ScalarType.Half);
  }

  @Override
  public void close() {
    samples.ifPresent(DenoiserSamples::close);
    latents.close();
    heldOut.close();
  }
}
