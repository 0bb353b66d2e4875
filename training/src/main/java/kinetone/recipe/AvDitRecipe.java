package kinetone.recipe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;
import kinetone.data.LatentRoles;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.SegmentMap;
import kinetone.diffusion.timestep.ShiftedTimesteps;
import kinetone.diffusion.timestep.TimestepSampler;
import kinetone.diffusion.timestep.Vanilla;
import kinetone.media.ClipFormat;
import kinetone.model.avdit.AdapterAvDiT;
import kinetone.model.avdit.AdapterAvDiTConfig;
import kinetone.model.dit.DiT;
import kinetone.model.dit.DiTConfig;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;

/**
 * Training of AV-DiT on cached latents of clips: of its small parts, around a frozen base.
 *
 * @param latents folder of shards, made by {@code kinetone prepare}, with {@code --labels} where
 *     the base names its classes
 * @param heldOutLatents the same for validation clips
 * @param videoCodec folder of the codec that made the picture latents; its statistics standardise
 *     them. The base was trained on latents of the same codec
 * @param audioCodec the same for sound
 * @param format of the clips behind the latents
 * @param base folder of the trained DiT; fresh weights when absent, which only {@code train: ALL}
 *     allows
 * @param model the network
 * @param init folder of a trained network of the same configuration to start from, instead of fresh
 *     small parts; the optimiser and its step count start anew. None when absent
 * @param train what is trained: {@code ADAPTERS}, unless given, or {@code ALL}, the base too
 * @param gradientCheckpointing whether blocks are computed a second time for their gradients, which
 *     takes up to a third more time and less memory; false unless given
 * @param shift draws more of the high noise levels ({@link ShiftedTimesteps}); 1, uniform as DiT's,
 *     when absent. One level for picture and sound, as the paper's
 * @param noiseLevels instead of {@code shift}: a mixture in which picture and sound may have levels
 *     of their own, and either may be given; none when absent
 * @param conditionDrop share of examples trained without their class; DiT 0.1
 * @param batch examples per micro batch
 * @param samples pictures of clips that the network makes while it is trained; none when absent
 * @param trainer the trainer's settings
 */
public record AvDitRecipe(
    String latents,
    String heldOutLatents,
    String videoCodec,
    String audioCodec,
    ClipFormat format,
    String base,
    AdapterAvDiTConfig model,
    String init,
    Trained train,
    Boolean gradientCheckpointing,
    Double shift,
    NoiseLevelRecipe noiseLevels,
    double conditionDrop,
    int batch,
    Samples samples,
    TrainerConfig trainer)
    implements LatentRecipe {
  /** What a training changes. */
  public enum Trained {
    /** The inserted parts; the base is frozen. */
    ADAPTERS,
    /** The base as well, for comparison. */
    ALL
  }

  /** Checks the ranges. */
  public AvDitRecipe {
    LatentRecipe.requireCommon(latents, heldOutLatents, batch, trainer);
    Recipe.require("videoCodec", videoCodec);
    Recipe.require("audioCodec", audioCodec);
    Recipe.require("format", format);
    Recipe.require("model", model);
    train = train == null ? Trained.ADAPTERS : train;
    gradientCheckpointing = gradientCheckpointing != null && gradientCheckpointing;
    Check.that(
        shift == null || noiseLevels == null,
        "shift and noiseLevels are both given; noiseLevels has shifts of its own");
    Check.that(
        base != null || train == Trained.ALL,
        "base is missing: the folder of the DiT that stays frozen (or train: ALL)");
    Samples.requireSteps(samples);
    Check.within("conditionDrop", conditionDrop, 0, 1);
  }

  @Override
  public List<LatentInput> inputs() {
    DiTConfig pictures = model.base();
    AdapterAvDiTConfig.Audio audio = model.audio();
    List<LatentInput> inputs = new ArrayList<>();
    inputs.add(
        LatentInput.ofCodec(
            LatentRoles.VIDEO,
            videoCodec,
            "model",
            model.frames(),
            pictures.inputSize(),
            pictures.inputSize(),
            pictures.channels()));
    inputs.add(
        LatentInput.ofCodec(
            LatentRoles.AUDIO,
            audioCodec,
            "model.audio",
            audio.length(),
            audio.frequencies(),
            audio.channels()));
    if (pictures.labels() != null) {
      inputs.add(LatentInput.ofLabels("model.base.labels", pictures.labels()));
    }
    return inputs;
  }

  /** How timesteps are drawn. */
  TimestepSampler timesteps(int steps) {
    Map<Modality, Integer> lengths =
        Map.of(Modality.VIDEO, model.frames(), Modality.AUDIO, model.audio().length());
    if (noiseLevels != null) {
      return noiseLevels.mixture(steps, segments(lengths));
    }
    return new ShiftedTimesteps(new Vanilla(steps, lengths), steps, shift == null ? 1 : shift);
  }

  private SegmentMap segments(Map<Modality, Integer> lengths) {
    SegmentMap segments = CodecSegments.of(format, videoCodec, audioCodec);
    Check.that(
        segments.lengths().equals(lengths),
        "format: its clips have latents of %s positions, the model has %s",
        segments.lengths(),
        lengths);
    return segments;
  }

  /** The folder of the base, if there is one. */
  Optional<Path> baseFolder() {
    return Optional.ofNullable(base).map(Path::of);
  }

  @Override
  public LatentObjective objective(Rng rng, Device device) {
    baseFolder().ifPresent(this::requireBase);
    AdapterAvDiT network = new AdapterAvDiT(model, rng);
    baseFolder().ifPresent(folder -> ComponentFolder.load(folder, network.base()));
    if (train == Trained.ADAPTERS) {
      network.freezeBase();
    }
    return new AvDitObjective(this, network, device);
  }

  private void requireBase(Path folder) {
    ComponentFolder.requireType(folder, DiT.TYPE);
    DiTConfig there = ComponentFolder.config(folder, DiTConfig.class);
    Check.that(
        there.equals(model.base()),
        "base: %s is of another configuration than model.base: %s instead of %s",
        folder,
        there,
        model.base());
  }
}
