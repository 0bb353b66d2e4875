package kinetone.recipe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import kinetone.data.ClipLoader;
import kinetone.data.ClipSource;
import kinetone.latent.LatentStatistics;
import kinetone.latent.TrainableCodec;
import kinetone.latent.loss.AdversarialObjective;
import kinetone.latent.loss.CodecObjective;
import kinetone.latent.loss.Discriminator;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.train.DataOrder;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Trains one codec on clips. */
final class CodecTask implements Recipe.RecipeTask {
  private static final int HELD_OUT = 16;
  private static final int STATISTICS_CLIPS = 256;

  /**
   * A discriminator and the rules of the game.
   *
   * @param discriminator the opponent
   * @param config weights and start
   */
  record Opponent(Discriminator discriminator, AdversarialObjective.Config config) {}

  private final CodecSignal signal;
  private final TrainableCodec codec;
  private final BiConsumer<Path, LatentStatistics> save;
  private final int accumulation;
  private final CodecObjective objective;
  private final Optional<Opponent> opponent;
  private long loadedFirst = -1;
  private List<Clip> loaded = List.of();
  private final int batch;
  private final int crop;
  private final Device device;
  private final ClipSource training;
  private final ClipLoader loader;
  private final List<Clip> heldOut = new ArrayList<>();

  CodecTask(
      CodecSignal signal,
      TrainableCodec codec,
      BiConsumer<Path, LatentStatistics> save,
      CodecObjective objective,
      Optional<Opponent> opponent,
      DataConfig data,
      ClipFormat format,
      int batch,
      int crop,
      TrainerConfig trainer,
      Device device) {
    this.signal = signal;
    this.codec = codec;
    this.save = save;
    this.accumulation = trainer.gradientAccumulation();
    this.objective = objective;
    this.opponent = opponent;
    opponent.ifPresent(o -> o.discriminator().module().to(device, false));
    this.batch = batch;
    this.crop = crop;
    this.device = device;
    training = data.open(format);
    DataOrder order = new DataOrder(training.size(), trainer.seed());
    loader = new ClipLoader(training, order::index, 1, 2 * batch);
    ClipSource others = data.openHeldOut(format);
    for (int i = 0; i < Math.min(HELD_OUT, others.size()); i++) {
      heldOut.add(others.clip(i));
    }
  }

  @Override
  public List<Phase> phases() {
    if (opponent.isEmpty()) {
      return List.of(
          new Phase(
              "codec",
              codec.module(),
              (step, micro, rng) -> value(objective.of(signal(step, micro, rng), rng))));
    }
    Discriminator discriminator = opponent.get().discriminator();
    AdversarialObjective game =
        new AdversarialObjective(objective, discriminator, opponent.get().config());
    return List.of(
        new Phase(
            "codec",
            codec.module(),
            (step, micro, rng) -> value(game.generator(signal(step, micro, rng), step, rng))),
        new Phase(
            "discriminator",
            discriminator.module(),
            (step, micro, rng) -> value(game.discriminator(signal(step, micro, rng), rng))));
  }

  private static Value value(CodecObjective.Value value) {
    return new Value(value.total(), value.parts());
  }

  private Tensor signal(long step, int microBatch, Rng rng) {
    // Micro batches follow each other in the stream of examples.
    long first = (step * accumulation + microBatch) * batch;
    if (first != loadedFirst) {
      loaded = loader.clips(first, batch);
      loadedFirst = first;
    }
    Tensor whole = tensor(loaded);
    return crop == 0 ? whole : cropped(whole, rng);
  }

  /** A random piece along time, at the same place in all examples. */
  private Tensor cropped(Tensor whole, Rng rng) {
    long offset = (long) (rng.nextDouble() * (whole.size(1) - crop + 1));
    return whole.narrow(1, offset, crop);
  }

  private Tensor tensor(List<Clip> clips) {
    Tensor cpu = signal.of(clips);
    return cpu.to(device, cpu.scalar_type());
  }

  @Override
  public Map<String, Double> validate() {
    Map<String, Double> sums = new LinkedHashMap<>();
    // The same noise at every validation, so that figures compare.
    try (Rng rng = new Rng(0)) {
      for (Clip clip : heldOut) {
        try (TensorScope scope = TensorScope.open();
            NoGradGuard noGrad = new NoGradGuard()) {
          Tensor given = tensor(List.of(clip));
          objective
              .of(given, rng)
              .parts()
              .forEach((name, part) -> sums.merge(name, (double) part.item_float(), Double::sum));
          if (signal instanceof CodecSignal.Video) {
            double squares = torch.mse_loss(codec.decode(codec.encode(given)), given).item_float();
            // Peak to peak of [-1, 1] is 2.
            sums.merge("negative PSNR (dB)", -10 * Math.log10(4 / squares), Double::sum);
          }
        }
      }
    }
    sums.replaceAll((name, sum) -> sum / heldOut.size());
    return sums;
  }

  @Override
  public void export(Path folder) {
    save.accept(folder, statistics());
  }

  private LatentStatistics statistics() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      List<Tensor> latents = new ArrayList<>();
      long count = Math.min(STATISTICS_CLIPS, training.size());
      for (long i = 0; i < count; i++) {
        try (TensorScope one = TensorScope.open()) {
          latents.add(one.keep(codec.encode(tensor(List.of(training.clip(i))))));
        }
      }
      return LatentStatistics.of(
          torch.cat(new TensorVector(latents.toArray(Tensor[]::new)), 0).cpu());
    }
  }

  @Override
  public void close() {
    loader.close();
    signal.close();
  }
}
