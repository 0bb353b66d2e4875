package kinetone.recipe;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
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
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.timestep.ShiftedTimesteps;
import kinetone.diffusion.timestep.TimestepSampler;
import kinetone.diffusion.timestep.Vanilla;
import kinetone.model.avdit.AdapterAvDiT;
import kinetone.system.avdit.AvDitSystem;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.train.TrainingTask;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
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
  private final DiffusionObjective objective;
  private final Optional<PipelineSamples> samples;

  /** Owns {@code network}. */
  AvDitObjective(AvDitRecipe recipe, AdapterAvDiT network, Device device) {
    this.recipe = recipe;
    this.network = network;
    DiffusionConfig diffusion = recipe.model().base().diffusion();
    schedule = diffusion.noiseSchedule();
    denoiser = noisePrediction(network);
    objective =
        new DiffusionObjective(
            schedule,
            timesteps(),
            SelfConditioning.NONE,
            new HybridLoss(
                schedule,
                new NoiseLoss(
                    Weighting.SUM_OF_MODALITIES,
                    Counted.ALL,
                    PositionWeight.of(diffusion.prediction(), schedule))));
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

  private TimestepSampler timesteps() {
    Map<Modality, Integer> lengths =
        Map.of(
            Modality.VIDEO,
            recipe.model().frames(),
            Modality.AUDIO,
            recipe.model().audio().length());
    TimestepSampler uniform = new Vanilla(schedule.steps(), lengths);
    return new ShiftedTimesteps(uniform, schedule.steps(), recipe.shift());
  }

  @Override
  public Network network() {
    return new Network("denoiser", AdapterAvDiT.TYPE, recipe.model(), network);
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
    Latents clean = Latents.of(batch.get(LatentRoles.VIDEO), batch.get(LatentRoles.AUDIO));
    Conditions conditions =
        LabelConditions.of(batch, recipe.model().base().labels(), 1, conditionDrop, rng);
    return objective.of(through, clean, conditions, rng);
  }

  /** The parts of the loss, with the classes. */
  @Override
  public List<HeldOut> heldOut() {
    return List.of(
        new HeldOut(
            HELD_OUT_BATCHES,
            HeldOut.Noise.ANEW,
            (batch, rng) -> {
              DenoisingLoss.Value value = value(denoiser, batch, 0, rng);
              return Map.of(
                  "total", (double) value.total().item_float(),
                  "video", (double) value.parts().get("video").item_float(),
                  "audio", (double) value.parts().get("audio").item_float());
            }));
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
