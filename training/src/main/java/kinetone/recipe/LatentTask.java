package kinetone.recipe;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.data.Prefetch;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.train.DataOrder;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;

/** Trains any {@link LatentObjective} on cached latents. */
public final class LatentTask implements Recipe.RecipeTask {
  private final LatentRecipe recipe;
  private final LatentObjective objective;
  private final LatentData latents;
  private final LatentData heldOut;
  private final DataOrder order;
  private final Prefetch<LatentBatch> batches;

  private LatentTask(
      LatentRecipe recipe, LatentObjective objective, LatentData latents, LatentData heldOut) {
    this.recipe = recipe;
    this.objective = objective;
    this.latents = latents;
    this.heldOut = heldOut;
    order = new DataOrder(latents.size(), recipe.trainer().seed());
    batches =
        new Prefetch<>(
            number -> latents.read(order.batch(number, recipe.batch())), LatentData::free);
  }

  /**
   * A training of {@code objective}, which the task owns.
   *
   * @param device where the network and its batches live
   * @throws kinetone.common.KinetoneException of kind USER when the latents or the initial weights
   *     do not fit the recipe
   */
  public static LatentTask of(LatentRecipe recipe, LatentObjective objective, Device device) {
    LatentData latents = null;
    try {
      InitialWeights.load(recipe.init(), objective);
      objective.network().module().to(device, false);
      latents = LatentData.open(Path.of(recipe.latents()), recipe.inputs(), device);
      Recipe.requireBatch(recipe.batch(), 1, latents.clipBytes());
      LatentData heldOut =
          LatentData.open(Path.of(recipe.heldOutLatents()), recipe.inputs(), device);
      return new LatentTask(recipe, objective, latents, heldOut);
    } catch (RuntimeException | Error e) {
      if (latents != null) {
        latents.close();
      }
      objective.close();
      throw e;
    }
  }

  @Override
  public List<Phase> phases() {
    LatentObjective.Network network = objective.network();
    return List.of(new Phase(network.phase(), network.module(), this::loss));
  }

  private Value loss(long step, int microBatch, Rng rng) {
    // Micro batches follow each other in the stream of examples.
    long number = step * recipe.trainer().gradientAccumulation() + microBatch;
    return objective.loss(step, latents.placed(batches.get(number)), rng);
  }

  @Override
  public Map<String, Double> validate() {
    Map<String, Double> figures = new LinkedHashMap<>();
    for (HeldOut figure : objective.heldOut()) {
      Map<String, Double> sums = new LinkedHashMap<>();
      try (Rng continued = new Rng(0)) {
        for (int i = 0; i < figure.batches(); i++) {
          try (Rng anew = new Rng(i);
              TensorScope scope = TensorScope.open();
              NoGradGuard noGrad = new NoGradGuard()) {
            Rng rng = figure.noise() == HeldOut.Noise.ANEW ? anew : continued;
            figure
                .measure()
                .of(heldOut.batch(heldOutClips(i)), rng)
                .forEach((name, value) -> sums.merge(name, value, Double::sum));
          }
        }
      }
      sums.forEach((name, sum) -> figures.put(name, sum / figure.batches()));
    }
    return figures;
  }

  private long[] heldOutClips(int number) {
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
    return objective.samples();
  }

  @Override
  public void export(Path folder) {
    objective.export(folder);
  }

  @Override
  public void close() {
    batches.close();
    latents.close();
    heldOut.close();
    objective.close();
  }
}
