package kinetone.recipe;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import kinetone.codec.Codec;
import kinetone.codec.CodecFolder;
import kinetone.codec.CodecFormat;
import kinetone.data.ClipLoader;
import kinetone.data.ClipSource;
import kinetone.latent.Autoencoder;
import kinetone.latent.GainShape;
import kinetone.latent.LatentStatistics;
import kinetone.latent.loss.AdversarialObjective;
import kinetone.latent.loss.CodecObjective;
import kinetone.latent.loss.Discriminator;
import kinetone.latent.loss.VideoPatchDiscriminator;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.report.SampleSheet;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.train.DataOrder;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

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
  record Opponent(Discriminator discriminator, AdversarialObjective.Config config) {
    private static final List<Integer> CHANNELS = List.of(32, 64, 128);

    /** Looks at patches of pictures; none where {@code game} is null. */
    static Optional<Opponent> ofPictures(AdversarialObjective.Config game, Rng rng) {
      return Optional.ofNullable(game)
          .map(rules -> new Opponent(new VideoPatchDiscriminator(CHANNELS, rng), rules));
    }
  }

  /**
   * What is trained.
   *
   * @param signal what the network sees of clips
   * @param network itself
   * @param codec the codec around it, owned by the task
   * @param save writes the codec into a folder, with statistics of latents
   */
  record Subject(
      CodecSignal signal, Autoencoder network, Codec codec, BiConsumer<Path, Tensor> save) {
    /**
     * A codec that is kept as {@code folder} says.
     *
     * @param gainShape how the latents are split for diffusion; null for not at all
     */
    static <C, K extends Codec> Subject of(
        CodecSignal signal,
        CodecFormat<C, K> folder,
        Autoencoder network,
        K codec,
        GainShape gainShape) {
      return new Subject(
          signal,
          network,
          codec,
          (path, latents) ->
              CodecFolder.save(
                  path, folder, codec, LatentStatistics.of(latents, gainShape), ScalarType.Half));
    }
  }

  /**
   * What the codec learns from.
   *
   * @param data where clips come from
   * @param format what they are resampled to
   * @param batch clips per micro batch
   * @param crop samples, or frames, of a random piece of each clip; 0 for whole clips
   */
  record Clips(DataConfig data, ClipFormat format, int batch, int crop) {}

  private final CodecSignal signal;
  private final Autoencoder network;
  private final Codec codec;
  private final BiConsumer<Path, Tensor> save;
  private final int accumulation;
  private final CodecObjective objective;
  private final Optional<Opponent> opponent;
  private long loadedFirst = -1;
  private List<Clip> loaded = List.of();
  private final Clips clips;
  private final Samples samples;
  private final Device device;
  private final ClipSource training;
  private final ClipLoader loader;
  private final List<Clip> heldOut = new ArrayList<>();

  /**
   * Trains {@code subject}.
   *
   * @param terms the reconstruction losses
   * @param samples null for none
   */
  CodecTask(
      Subject subject,
      List<CodecObjective.Term> terms,
      Optional<Opponent> opponent,
      Clips clips,
      Samples samples,
      TrainerConfig trainer,
      Device device) {
    this.signal = subject.signal();
    this.network = subject.network();
    this.codec = subject.codec();
    this.save = subject.save();
    this.accumulation = trainer.gradientAccumulation();
    this.objective = new CodecObjective(network, terms);
    this.opponent = opponent;
    this.clips = clips;
    this.samples = samples;
    this.device = device;
    network.module().to(device, false);
    opponent.ifPresent(o -> o.discriminator().module().to(device, false));
    training = clips.data().open(clips.format());
    DataOrder order = new DataOrder(training.size(), trainer.seed());
    loader = ClipLoader.forTraining(training, order::index, clips.batch());
    ClipSource others = clips.data().openHeldOut(clips.format());
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
              network.module(),
              (step, micro, rng) -> value(objective.of(signal(step, micro, rng), rng))));
    }
    Discriminator discriminator = opponent.get().discriminator();
    AdversarialObjective game =
        new AdversarialObjective(objective, discriminator, opponent.get().config());
    return List.of(
        new Phase(
            "codec",
            network.module(),
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
    long first = (step * accumulation + microBatch) * clips.batch();
    if (first != loadedFirst) {
      loaded = loader.clips(first, clips.batch());
      loadedFirst = first;
    }
    Tensor whole = tensor(loaded);
    return clips.crop() == 0 ? whole : cropped(whole, rng);
  }

  /** A random piece along time, at the same place in all examples. */
  private Tensor cropped(Tensor whole, Rng rng) {
    long offset = (long) (rng.nextDouble() * (whole.size(1) - clips.crop() + 1));
    return whole.narrow(1, offset, clips.crop());
  }

  private Tensor tensor(List<Clip> batch) {
    Tensor cpu = signal.of(batch);
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
          signal
              .figures(given, () -> network.decode(network.encode(given)))
              .forEach((name, figure) -> sums.merge(name, figure, Double::sum));
        }
      }
    }
    sums.replaceAll((name, sum) -> sum / heldOut.size());
    return sums;
  }

  @Override
  public int samplesEvery() {
    return Samples.interval(samples);
  }

  /** The signal of a held-out clip, and below it what the codec makes of it. */
  @Override
  public BufferedImage samples() {
    List<Clip> rows = new ArrayList<>();
    for (Clip clip : heldOut.subList(0, Math.min(samples.count(), heldOut.size()))) {
      try (TensorScope scope = TensorScope.open();
          NoGradGuard noGrad = new NoGradGuard()) {
        Tensor given = tensor(List.of(clip));
        Tensor made = network.decode(network.encode(given));
        rows.add(signal.clip(given.get(0), clips.format()));
        rows.add(signal.clip(made.get(0), clips.format()));
      }
    }
    return SampleSheet.draw(rows);
  }

  @Override
  public void export(Path folder) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      List<Tensor> latents = new ArrayList<>();
      long count = Math.min(STATISTICS_CLIPS, training.size());
      for (long i = 0; i < count; i++) {
        try (TensorScope one = TensorScope.open()) {
          latents.add(one.keep(network.encode(tensor(List.of(training.clip(i))))));
        }
      }
      save.accept(folder, torch.cat(new TensorVector(latents.toArray(Tensor[]::new)), 0).cpu());
    }
  }

  @Override
  public void close() {
    loader.close();
    codec.close();
  }
}
