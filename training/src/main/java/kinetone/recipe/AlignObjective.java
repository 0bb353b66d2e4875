package kinetone.recipe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.data.LatentRoles;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.ForwardProcess;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.align.AlignmentConfig;
import kinetone.feature.align.AlignmentObjective;
import kinetone.feature.align.AlignmentPairs;
import kinetone.metric.AlignAccuracy;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import kinetone.train.TrainingTask;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** What the alignment classifier learns. */
final class AlignObjective implements LatentObjective {
  private static final int HELD_OUT_BATCHES = 4;

  /** A share of all steps: most of what is in time is decided about there. */
  private static final double GUIDED_LEVEL = 0.6;

  private final AlignRecipe recipe;
  private final AlignmentClassifier classifier;
  private final Device device;
  private final NoiseSchedule schedule;
  private final ForwardProcess process;

  /** Owns {@code classifier}. */
  AlignObjective(AlignRecipe recipe, AlignmentClassifier classifier, Device device) {
    this.recipe = recipe;
    this.classifier = classifier;
    this.device = device;
    schedule = recipe.diffusion().noiseSchedule();
    process = new ForwardProcess(schedule);
  }

  @Override
  public Network network() {
    return new Network("align", AlignmentClassifier.FOLDER.type(), classifier.config(), classifier);
  }

  /** What the other network was trained on does not matter: it is trained anew. */
  @Override
  public boolean startsFrom(Object config) {
    return config instanceof AlignmentConfig other
        && other.trainedOn(null).equals(classifier.config().trainedOn(null));
  }

  @Override
  public TrainingTask.Value loss(long step, LatentBatch batch, Rng rng) {
    AlignmentObjective.Value value = value(batch, rng);
    return new TrainingTask.Value(value.total(), value.parts());
  }

  private AlignmentObjective.Value value(LatentBatch batch, Rng rng) {
    AlignmentPairs pairs = AlignmentPairs.draw(sound(batch), features(batch), recipe.pairs(), rng);
    if (!recipe.noisy()) {
      return AlignmentObjective.of(classifier, pairs, clean(pairs));
    }
    long clips = pairs.latent().size(0);
    return noisy(pairs, rng.integers(1, schedule.steps() + 1, clips), rng);
  }

  /**
   * The same at given noise levels.
   *
   * @param steps (B), from 1
   */
  private AlignmentObjective.Value noisy(AlignmentPairs pairs, Tensor steps, Rng rng) {
    Tensor clean = pairs.latent();
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

  /** Latents (B, time, frequency, C); waveform codecs have one frequency. */
  private static Tensor sound(LatentBatch batch) {
    Tensor latents = batch.get(LatentRoles.AUDIO);
    return latents.dim() == 3 ? latents.unsqueeze(2) : latents;
  }

  private static Tensor features(LatentBatch batch) {
    return batch.get(LatentRoles.FEATURES);
  }

  /**
   * The loss and errors on held-out pairs, and the error at one noise level or the Align-Acc that
   * real clips miss.
   */
  @Override
  public List<HeldOut> heldOut() {
    List<HeldOut> figures = new ArrayList<>();
    figures.add(new HeldOut(HELD_OUT_BATCHES, HeldOut.Noise.CONTINUED, this::errors));
    if (recipe.noisy()) {
      figures.add(new HeldOut(HELD_OUT_BATCHES, HeldOut.Noise.ANEW, this::errorUnderNoise));
    } else {
      figures.add(
          new HeldOut(
              HELD_OUT_BATCHES,
              HeldOut.Noise.CONTINUED,
              (batch, rng) -> Map.of("1 - Align-Acc of real clips", 1 - accuracy(batch).share())));
    }
    return figures;
  }

  private Map<String, Double> errors(LatentBatch batch, Rng rng) {
    AlignmentObjective.Value value = value(batch, rng);
    Map<String, Double> errors = new LinkedHashMap<>();
    errors.put("cross-entropy", (double) value.total().item_float());
    errors.put("error", (double) value.parts().get("error").item_float());
    return errors;
  }

  private Map<String, Double> errorUnderNoise(LatentBatch batch, Rng rng) {
    AlignmentPairs pairs = AlignmentPairs.draw(sound(batch), features(batch), recipe.pairs(), rng);
    long level = Math.round(GUIDED_LEVEL * schedule.steps());
    Tensor steps = torch.ones(pairs.latent().size(0)).mul(new Scalar(level)).to(ScalarType.Long);
    double error = noisy(pairs, steps, rng).parts().get("error").item_float();
    return Map.of("error at t = " + level, error);
  }

  private AlignAccuracy accuracy(LatentBatch batch) {
    AlignmentPairs pairs = AlignmentPairs.aligned(sound(batch), features(batch), recipe.pairs());
    Tensor logits = classifier.forward(pairs.latent(), pairs.features(), clean(pairs));
    return AlignAccuracy.of(Tensors.toFloats(logits.sigmoid()));
  }

  @Override
  public void close() {
    classifier.close();
  }
}
