package kinetone.recipe;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import kinetone.checkpoint.Base;
import kinetone.checkpoint.ComponentFolder;
import kinetone.data.LatentRoles;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.loss.Counted;
import kinetone.diffusion.loss.DenoisingLoss;
import kinetone.diffusion.loss.DiffusionObjective;
import kinetone.diffusion.loss.HybridLoss;
import kinetone.diffusion.loss.NoiseLoss;
import kinetone.diffusion.loss.PositionWeight;
import kinetone.diffusion.loss.Weighting;
import kinetone.diffusion.process.DiffusionConfig;
import kinetone.diffusion.process.ForwardProcess;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.model.avdit.AdapterAvDiT;
import kinetone.model.avdit.AdapterAvDiTConfig;
import kinetone.system.avdit.AvDitSystem;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.train.TrainingTask;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What AV-DiT learns: noise and variance of picture and sound at one timestep, DiT's loss summed
 * over both.
 */
final class AvDitObjective implements LatentObjective {
  private static final int HELD_OUT_BATCHES = 2;

  private final AvDitRecipe recipe;
  private final AdapterAvDiT network;
  private final NoiseSchedule schedule;
  private final Denoiser denoiser;
  private final DenoisingLoss loss;
  private final DiffusionObjective objective;
  private final Optional<PipelineSamples> samples;

  /** Owns {@code network}. */
  AvDitObjective(AvDitRecipe recipe, AdapterAvDiT network, Device device) {
    this.recipe = recipe;
    this.network = network;
    DiffusionConfig diffusion = recipe.model().base().diffusion();
    schedule = diffusion.noiseSchedule();
    denoiser = noisePrediction(network);
    loss =
        new HybridLoss(
            schedule,
            new NoiseLoss(
                Weighting.SUM_OF_MODALITIES,
                Counted.NOISY,
                PositionWeight.of(diffusion.prediction(), schedule)));
    objective =
        new DiffusionObjective(
            schedule, recipe.timesteps(schedule.steps()), SelfConditioning.NONE, loss);
    samples =
        PipelineSamples.of(
            recipe.samples(),
            new AvDitSystem(),
            recipe.model(),
            network,
            Map.of("video_codec", recipe.videoCodec(), "audio_codec", recipe.audioCodec()),
            recipe.format(),
            device);
  }

  @Override
  public Network network() {
    return new Network("denoiser", AdapterAvDiT.TYPE, recipe.model(), network);
  }

  /** Of the same weights: what is added to scores has none. */
  @Override
  public boolean startsFrom(Object config) {
    AdapterAvDiTConfig own = recipe.model();
    return config instanceof AdapterAvDiTConfig there && there.withScoresOf(own).equals(own);
  }

  @Override
  public TrainingTask.Value loss(long step, LatentBatch batch, Rng rng) {
    return CheckpointedLoss.of(
        recipe.gradientCheckpointing(),
        network,
        through -> value(noisePrediction(through), batch, recipe.conditionDrop(), rng));
  }

  private Denoiser noisePrediction(Denoiser plain) {
    return recipe.model().base().diffusion().prediction().noisePrediction(plain, schedule);
  }

  private DenoisingLoss.Value value(
      Denoiser through, LatentBatch batch, double conditionDrop, Rng rng) {
    return objective.of(through, clean(batch), conditions(batch, conditionDrop, rng), rng);
  }

  private static Latents clean(LatentBatch batch) {
    return Latents.of(batch.get(LatentRoles.VIDEO), batch.get(LatentRoles.AUDIO));
  }

  private Conditions conditions(LatentBatch batch, double drop, Rng rng) {
    return LabelConditions.of(batch, recipe.model().base().labels(), 1, drop, rng);
  }

  /**
   * The parts of the loss, with the classes; and what each modality's part is beside the other
   * modality of another clip, at the same levels: no higher where neither hears the other.
   */
  @Override
  public List<HeldOut> heldOut() {
    return List.of(
        new HeldOut(
            HELD_OUT_BATCHES,
            HeldOut.Noise.ANEW,
            (batch, rng) -> {
              Conditions conditions = conditions(batch, 0, rng);
              DenoisingLoss.Sample drawn = objective.draw(clean(batch), rng);
              DenoisingLoss.Value value = loss(drawn, conditions);
              Map<String, Double> figures = new LinkedHashMap<>();
              figures.put("total", (double) value.total().item_float());
              for (Modality modality : Modality.values()) {
                String name = modality.name().toLowerCase(Locale.ROOT);
                figures.put(name, (double) value.parts().get(name).item_float());
                DenoisingLoss.Value beside = loss(strangersBeside(modality, drawn), conditions);
                figures.put(
                    name + "_beside_another_clip", (double) beside.parts().get(name).item_float());
              }
              return figures;
            }));
  }

  private DenoisingLoss.Value loss(DenoisingLoss.Sample drawn, Conditions conditions) {
    return loss.of(drawn, denoiser.predict(drawn.noisy(), drawn.levels(), conditions));
  }

  /** The same draw with every other modality from the clip before. */
  private DenoisingLoss.Sample strangersBeside(Modality kept, DenoisingLoss.Sample drawn) {
    Map<Modality, Tensor> clean = new EnumMap<>(Modality.class);
    for (Modality modality : Modality.values()) {
      Tensor own = drawn.clean().get(modality);
      clean.put(modality, modality == kept ? own : own.roll(new long[] {1}, new long[] {0}));
    }
    Latents mixed = Latents.of(clean);
    return new DenoisingLoss.Sample(
        mixed,
        drawn.noise(),
        new ForwardProcess(schedule).q(mixed, drawn.noise(), drawn.levels()),
        drawn.levels());
  }

  @Override
  public BufferedImage samples() {
    return samples.orElseThrow().draw();
  }

  /** The trained part, on its base; all of it where the base was trained too. */
  @Override
  public void export(Path folder) {
    if (recipe.train() == AvDitRecipe.Trained.ALL) {
      LatentObjective.super.export(folder);
      return;
    }
    try (PointerScope scope = new PointerScope()) {
      ComponentFolder.write(
          folder,
          AdapterAvDiT.TYPE,
          recipe.model(),
          StateDict.trained(network),
          ScalarType.Half,
          Base.of(folder, recipe.baseFolder().orElseThrow(), AdapterAvDiT.BASE_PREFIX));
    }
  }

  @Override
  public void close() {
    samples.ifPresentOrElse(PipelineSamples::close, network::close);
  }
}
