package kinetone.recipe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.data.ClipLoader;
import kinetone.data.ClipSource;
import kinetone.latent.loss.CodecObjective;
import kinetone.latent.loss.Discriminators;
import kinetone.media.Clip;
import kinetone.signal.ClipTensors;
import kinetone.spectral.MelFrontEnd;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.train.DataOrder;
import kinetone.vocoder.HiFiGan;
import kinetone.vocoder.VocoderFolder;
import kinetone.vocoder.VocoderObjective;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Trains one vocoder on the sound of clips. */
final class VocoderTask implements Recipe.RecipeTask {
  private static final int HELD_OUT = 16;

  private final VocoderRecipe recipe;
  private final HiFiGan vocoder;
  private final Optional<Discriminators> discriminators;
  private final Device device;
  private final MelFrontEnd frontEnd;
  private final VocoderObjective objective;
  private final ClipLoader loader;
  private final List<Clip> heldOut = new ArrayList<>();
  private long loadedFirst = -1;
  private List<Clip> loaded = List.of();

  VocoderTask(
      VocoderRecipe recipe,
      HiFiGan vocoder,
      Optional<Discriminators> discriminators,
      Device device) {
    this.recipe = recipe;
    this.vocoder = vocoder;
    this.discriminators = discriminators;
    this.device = device;
    frontEnd = new MelFrontEnd(recipe.frontEnd());
    objective =
        new VocoderObjective(vocoder, discriminators.map(d -> d), recipe.loss(), recipe.frontEnd());
    ClipSource training = recipe.data().open(recipe.format());
    DataOrder order = new DataOrder(training.size(), recipe.trainer().seed());
    loader = ClipLoader.forTraining(training, order::index, recipe.batch());
    ClipSource others = recipe.data().openHeldOut(recipe.format());
    for (int i = 0; i < Math.min(HELD_OUT, others.size()); i++) {
      heldOut.add(others.clip(i));
    }
  }

  /** A spectrogram (B, frames, bands) and its sound (B, frames · hop). */
  private record Example(Tensor logMel, Tensor sound) {}

  @Override
  public List<Phase> phases() {
    List<Phase> phases = new ArrayList<>();
    discriminators.ifPresent(
        networks ->
            phases.add(
                new Phase(
                    "discriminators",
                    networks,
                    (step, micro, rng) -> {
                      Example example = example(step, micro, rng);
                      return value(
                          objective.discriminator(example.logMel(), example.sound(), step));
                    })));
    phases.add(
        new Phase(
            "vocoder",
            vocoder,
            (step, micro, rng) -> {
              Example example = example(step, micro, rng);
              return value(objective.generator(example.logMel(), example.sound(), step));
            }));
    return phases;
  }

  private static Value value(CodecObjective.Value value) {
    return new Value(value.total(), value.parts());
  }

  private Example example(long step, int microBatch, Rng rng) {
    // Micro batches follow each other in the stream of examples.
    long first = (step * recipe.trainer().gradientAccumulation() + microBatch) * recipe.batch();
    if (first != loadedFirst) {
      loaded = loader.clips(first, recipe.batch());
      loadedFirst = first;
    }
    Example whole = whole(loaded);
    // Cut after the transform, so that frames at the cuts have seen what is beyond.
    long frames = recipe.format().samples() / recipe.frontEnd().hop();
    long start = (long) (rng.nextDouble() * (frames - recipe.crop() + 1));
    return cut(whole, start, recipe.crop());
  }

  private Example whole(List<Clip> clips) {
    Tensor cpu = ClipTensors.audio(clips, recipe.format().samples());
    try (NoGradGuard noGrad = new NoGradGuard()) {
      Tensor sound = frontEnd.normalise(cpu.to(device, cpu.scalar_type()));
      return new Example(frontEnd.logMel(sound), sound);
    }
  }

  private Example cut(Example whole, long start, long frames) {
    long hop = recipe.frontEnd().hop();
    return new Example(
        whole.logMel().narrow(1, start, frames).contiguous(),
        whole.sound().narrow(1, start * hop, frames * hop).contiguous());
  }

  @Override
  public Map<String, Double> validate() {
    Map<String, Double> sums = new LinkedHashMap<>();
    for (Clip clip : heldOut) {
      try (TensorScope scope = TensorScope.open();
          NoGradGuard noGrad = new NoGradGuard()) {
        long frames = recipe.format().samples() / recipe.frontEnd().hop();
        Example example = cut(whole(List.of(clip)), 0, frames);
        // Step −1: spectra only, which compare over the whole training.
        objective
            .generator(example.logMel(), example.sound(), -1)
            .parts()
            .forEach((name, part) -> sums.merge(name, (double) part.item_float(), Double::sum));
      }
    }
    sums.replaceAll((name, sum) -> sum / heldOut.size());
    return sums;
  }

  @Override
  public void export(Path folder) {
    VocoderFolder.save(folder, vocoder, recipe.frontEnd(), ScalarType.Half);
  }

  @Override
  public void close() {
    loader.close();
    objective.close();
    frontEnd.close();
  }
}
