package kinetone.recipe;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;
import kinetone.data.LatentCache;
import kinetone.data.LatentPart;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.ForwardProcess;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.align.AlignmentFolder;
import kinetone.feature.align.AlignmentObjective;
import kinetone.feature.align.AlignmentPairs;
import kinetone.latent.CodecFolder;
import kinetone.latent.LatentStatistics;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.metric.AlignAccuracy;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.train.DataOrder;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Trains the alignment classifier on cached latents. */
final class AlignTask implements Recipe.RecipeTask {
  private static final int HELD_OUT_BATCHES = 4;

  private final AlignRecipe recipe;
  private final AlignmentClassifier classifier;
  private final Device device;
  private final NoiseSchedule schedule = new LinearBetaSchedule();
  private final ForwardProcess process = new ForwardProcess(schedule);
  private final LatentStatistics statistics;
  private final LatentPart sound;
  private final LatentCache latents;
  private final LatentCache heldOut;
  private final DataOrder order;

  AlignTask(AlignRecipe recipe, AlignmentClassifier classifier, Device device) {
    this.recipe = recipe;
    this.classifier = classifier;
    this.device = device;
    Path codec = Path.of(recipe.audioCodec());
    statistics = CodecFolder.statistics(codec);
    sound =
        ComponentFolder.type(codec).equals(AutoencoderKl.FORMAT.type())
            ? LatentPart.MEL
            : LatentPart.AUDIO;
    Check.that(
        statistics.mean().length == recipe.model().latentChannels(),
        "the latents of %s have %d channels, but model.latentChannels is %d",
        recipe.audioCodec(),
        statistics.mean().length,
        recipe.model().latentChannels());
    latents = LatentCache.open(Path.of(recipe.latents()));
    heldOut = LatentCache.open(Path.of(recipe.heldOutLatents()));
    order = new DataOrder(latents.size(), recipe.trainer().seed());
  }

  @Override
  public List<Phase> phases() {
    return List.of(new Phase("align", classifier, this::loss));
  }

  private Value loss(long step, int microBatch, Rng rng) {
    long number = step * recipe.trainer().gradientAccumulation() + microBatch;
    long[] indices = order.batch(number, recipe.batch());
    AlignmentObjective.Value value = value(latents, indices, rng);
    return new Value(value.total(), value.parts());
  }

  private AlignmentObjective.Value value(LatentCache cache, long[] indices, Rng rng) {
    AlignmentPairs pairs =
        AlignmentPairs.draw(sounds(cache, indices), features(cache, indices), recipe.pairs(), rng);
    if (!recipe.noisy()) {
      return AlignmentObjective.of(classifier, pairs, clean(pairs));
    }
    Tensor clean = pairs.latent();
    Tensor steps = rng.integers(1, schedule.steps() + 1, clean.size(0));
    Latents noisy =
        process.q(
            sound(clean),
            sound(rng.normal(clean.shape()).to(device, ScalarType.Float)),
            NoiseLevels.of(
                Map.of(Modality.AUDIO, steps.unsqueeze(1).expand(-1, clean.size(1)).contiguous())));
    // The network counts timesteps from 0, as Diff-Foley.
    Tensor timesteps = steps.sub(new Scalar(1L)).to(device, ScalarType.Float);
    return AlignmentObjective.of(
        classifier, new AlignmentPairs(noisy.audio(), pairs.features(), pairs.labels()), timesteps);
  }

  private static Latents sound(Tensor latent) {
    return Latents.of(Map.of(Modality.AUDIO, latent));
  }

  private Tensor clean(AlignmentPairs pairs) {
    return torch.zeros(pairs.latent().size(0)).to(device, ScalarType.Float);
  }

  /** Standardised latents (B, time, frequency, C); waveform codecs have one frequency. */
  private Tensor sounds(LatentCache cache, long[] indices) {
    Tensor raw = statistics.standardise(cache.get(sound, indices)).to(device, ScalarType.Float);
    return raw.dim() == 3 ? raw.unsqueeze(2) : raw;
  }

  private Tensor features(LatentCache cache, long[] indices) {
    return cache.get(LatentPart.FEATURES, indices).to(device, ScalarType.Float);
  }

  /** The loss and errors on held-out pairs, and the Align-Acc that real clips miss. */
  @Override
  public Map<String, Double> validate() {
    Map<String, Double> figures = new LinkedHashMap<>();
    AlignAccuracy accuracy = AlignAccuracy.NONE;
    try (Rng rng = new Rng(0)) {
      for (int i = 0; i < HELD_OUT_BATCHES; i++) {
        try (TensorScope scope = TensorScope.open();
            NoGradGuard noGrad = new NoGradGuard()) {
          long[] indices = batch(i);
          AlignmentObjective.Value value = value(heldOut, indices, rng);
          double share = 1.0 / HELD_OUT_BATCHES;
          figures.merge("cross-entropy", share * value.total().item_float(), Double::sum);
          figures.merge("error", share * value.parts().get("error").item_float(), Double::sum);
          accuracy = accuracy.plus(accuracy(indices));
        }
      }
    }
    if (!recipe.noisy()) {
      figures.put("1 - Align-Acc of real clips", 1 - accuracy.share());
    }
    return figures;
  }

  private AlignAccuracy accuracy(long[] indices) {
    AlignmentPairs pairs =
        AlignmentPairs.aligned(
            sounds(heldOut, indices), features(heldOut, indices), recipe.pairs());
    Tensor logits = classifier.forward(pairs.latent(), pairs.features(), clean(pairs));
    return AlignAccuracy.of(Tensors.toFloats(logits.sigmoid()));
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
    AlignmentFolder.save(folder, classifier, ScalarType.Half);
  }

  @Override
  public void close() {
    latents.close();
    heldOut.close();
  }
}
