package kinetone.recipe;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.data.LatentCache;
import kinetone.data.LatentPart;
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
import kinetone.diffusion.loss.VelocityWeight;
import kinetone.diffusion.loss.Weighting;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.timestep.ShiftedTimesteps;
import kinetone.diffusion.timestep.TimestepSampler;
import kinetone.diffusion.timestep.Vanilla;
import kinetone.latent.CodecFolder;
import kinetone.latent.LatentStatistics;
import kinetone.model.mdsgen.MaskedObjective;
import kinetone.model.mdsgen.Masking;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.train.DataOrder;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Trains MDSGen on cached latents. */
final class MdsgenTask implements Recipe.RecipeTask {
  private static final int HELD_OUT_BATCHES = 2;
  private static final double SNR_LIMIT = 5;

  private final MdsgenRecipe recipe;
  private final Mdsgen network;
  private final Device device;
  private final NoiseSchedule schedule = new LinearBetaSchedule();
  private final MaskedObjective objective;
  private final LatentStatistics statistics;
  private final LatentCache latents;
  private final LatentCache heldOut;
  private final DataOrder order;

  MdsgenTask(MdsgenRecipe recipe, Mdsgen network, Device device) {
    this.recipe = recipe;
    this.network = network;
    this.device = device;
    objective = objective(recipe.masking().masking(), recipe.conditionDrop());
    statistics = CodecFolder.statistics(Path.of(recipe.melCodec()));
    MdsgenConfig.Latent latent = recipe.model().latent();
    Check.that(
        statistics.channels() == latent.channels(),
        "the latents of %s have %d channels, but model.latent.channels is %d",
        recipe.melCodec(),
        statistics.channels(),
        latent.channels());
    latents = open(recipe.latents(), recipe.model());
    heldOut = open(recipe.heldOutLatents(), recipe.model());
    order = new DataOrder(latents.size(), recipe.trainer().seed());
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
    return switch (recipe.model().prediction()) {
      case EPSILON -> recipe.minSnr() ? new MinSnr(schedule, SNR_LIMIT) : PositionWeight.NONE;
      case V_PREDICTION -> new VelocityWeight(schedule);
    };
  }

  /** Opens latents and requires that they are of the sizes the network is made for. */
  private static LatentCache open(String folder, MdsgenConfig model) {
    LatentCache cache = LatentCache.open(Path.of(folder));
    try (TensorScope scope = TensorScope.open()) {
      MdsgenConfig.Latent latent = model.latent();
      MdsgenConfig.Features features = model.features();
      requireSizes(
          cache,
          folder,
          LatentPart.MEL,
          "model.latent",
          latent.length(),
          latent.frequencies(),
          latent.channels());
      requireSizes(
          cache,
          folder,
          LatentPart.FEATURES,
          "model.features",
          features.frames(),
          features.width());
      return cache;
    } catch (KinetoneException e) {
      cache.close();
      throw e;
    }
  }

  private static void requireSizes(
      LatentCache cache, String folder, LatentPart part, String wanted, long... sizes) {
    long[] shape = cache.get(part, new long[] {0}).shape();
    long[] there = Arrays.copyOfRange(shape, 1, shape.length);
    Check.that(
        Arrays.equals(there, sizes),
        "the latents in %s have %s of sizes %s, but %s is for %s",
        folder,
        part.name().toLowerCase(Locale.ROOT),
        Arrays.toString(there),
        wanted,
        Arrays.toString(sizes));
  }

  @Override
  public List<Phase> phases() {
    return List.of(new Phase("denoiser", network, this::loss));
  }

  private Value loss(long step, int microBatch, Rng rng) {
    long number = step * recipe.trainer().gradientAccumulation() + microBatch;
    long[] indices = order.batch(number, recipe.batch());
    DenoisingLoss.Value value = value(objective, latents, indices, rng);
    return new Value(value.total(), value.parts());
  }

  private DenoisingLoss.Value value(
      MaskedObjective loss, LatentCache cache, long[] indices, Rng rng) {
    Tensor mel = statistics.standardise(cache.get(LatentPart.MEL, indices));
    Tensor features = cache.get(LatentPart.FEATURES, indices);
    Conditions conditions =
        new Conditions(
            Optional.empty(),
            Optional.of(features.to(device, ScalarType.Float)),
            Optional.empty(),
            Optional.empty());
    Latents clean = Latents.of(Map.of(Modality.AUDIO, mel.to(device, ScalarType.Float)));
    return loss.of(network, clean, conditions, rng);
  }

  /** The loss of the full pass with features and without, with the same noise every time. */
  @Override
  public Map<String, Double> validate() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("conditional", heldOutLoss(objective(Masking.NONE, 0)));
    figures.put("unconditional", heldOutLoss(objective(Masking.NONE, 1)));
    return figures;
  }

  private double heldOutLoss(MaskedObjective loss) {
    double sum = 0;
    for (int i = 0; i < HELD_OUT_BATCHES; i++) {
      // Anew for each batch: a coin thrown for dropped features must not shift the noise of the
      // next.
      try (Rng rng = new Rng(i);
          TensorScope scope = TensorScope.open();
          NoGradGuard noGrad = new NoGradGuard()) {
        sum += value(loss, heldOut, batch(i), rng).total().item_float();
      }
    }
    return sum / HELD_OUT_BATCHES;
  }

  private long[] batch(int number) {
    long[] indices = new long[recipe.batch()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = ((long) number * recipe.batch() + i) % heldOut.size();
    }
    return indices;
  }

  @Override
  public void export(Path folder) {
    ComponentFolder.write(
        folder, Mdsgen.TYPE, recipe.model(), StateDict.of(network), ScalarType.Half);
  }

  @Override
  public void close() {
    latents.close();
    heldOut.close();
  }
}
