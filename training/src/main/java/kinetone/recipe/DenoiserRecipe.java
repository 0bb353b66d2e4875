package kinetone.recipe;

import java.util.List;
import kinetone.common.Check;
import kinetone.data.LatentRoles;
import kinetone.diffusion.task.SegmentMap;
import kinetone.media.ClipFormat;
import kinetone.model.monl.AvDiT;
import kinetone.model.monl.AvDiTConfig;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;

/**
 * Training of AVDiT on cached latents.
 *
 * @param latents folder of shards, made by {@code kinetone prepare}
 * @param heldOutLatents the same for validation clips
 * @param videoCodec folder of the codec that made the picture latents; its statistics standardise
 *     them
 * @param audioCodec the same for sound
 * @param format of the clips behind the latents
 * @param model the network
 * @param init folder of a trained network of the same configuration to start from, instead of fresh
 *     weights; the optimiser and its step count start anew. None when absent
 * @param noiseLevels how timesteps are drawn
 * @param later other timesteps for the end of the training; none when absent
 * @param selfConditioningRate share of examples trained with an estimate of the clean latents
 * @param batch examples per micro batch
 * @param samples pictures of clips that the network makes while it is trained; none when absent
 * @param trainer the trainer's settings
 */
public record DenoiserRecipe(
    String latents,
    String heldOutLatents,
    String videoCodec,
    String audioCodec,
    ClipFormat format,
    AvDiTConfig model,
    String init,
    NoiseLevelRecipe noiseLevels,
    Later later,
    double selfConditioningRate,
    int batch,
    Samples samples,
    TrainerConfig trainer)
    implements LatentRecipe {
  /**
   * A second part of the training, for what is learned late.
   *
   * @param fromStep the first step of it
   * @param noiseLevels how timesteps are drawn then
   */
  public record Later(long fromStep, NoiseLevelRecipe noiseLevels) {
    /** Checks the ranges. */
    public Later {
      Check.that(fromStep >= 0, "later.fromStep = %d, must not be negative", fromStep);
      Recipe.require("later.noiseLevels", noiseLevels);
    }
  }

  /** Checks the ranges. */
  public DenoiserRecipe {
    LatentRecipe.requireCommon(latents, heldOutLatents, batch, trainer);
    Recipe.require("videoCodec", videoCodec);
    Recipe.require("audioCodec", audioCodec);
    Recipe.require("format", format);
    Recipe.require("model", model);
    Recipe.require("noiseLevels", noiseLevels);
    Samples.requireSteps(samples);
    Check.within("selfConditioningRate", selfConditioningRate, 0, 1);
  }

  @Override
  public List<LatentInput> inputs() {
    AvDiTConfig.Video video = model.video();
    AvDiTConfig.Audio audio = model.audio();
    return List.of(
        LatentInput.ofCodec(
            LatentRoles.VIDEO,
            videoCodec,
            "model.video",
            video.frames(),
            video.height(),
            video.width(),
            video.channels()),
        LatentInput.ofCodec(
            LatentRoles.AUDIO, audioCodec, "model.audio", audio.length(), audio.channels()));
  }

  @Override
  public LatentObjective objective(Rng rng, Device device) {
    SegmentMap segments = CodecSegments.of(format, videoCodec, audioCodec);
    return new DenoiserObjective(this, new AvDiT(model, segments, rng), segments, device);
  }

  /** How timesteps are drawn at {@code step}. */
  NoiseLevelRecipe noiseLevels(long step) {
    return later != null && step >= later.fromStep() ? later.noiseLevels() : noiseLevels;
  }
}
