package kinetone.recipe;

import java.nio.file.Path;
import java.util.List;
import kinetone.common.Check;
import kinetone.data.LatentRoles;
import kinetone.media.ClipFormat;
import kinetone.model.uniform.UniForm;
import kinetone.model.uniform.UniFormConfig;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;

/**
 * Training of UniForm on cached latents and captions.
 *
 * @param latents folder of shards, made by {@code kinetone prepare --text-encoder}
 * @param heldOutLatents the same for validation clips
 * @param videoCodec folder of the codec that made the picture latents; its statistics standardise
 *     them
 * @param audioCodec the same for sound
 * @param textEncoder folder of the encoder that read the captions
 * @param format of the clips behind the latents
 * @param model the network
 * @param init folder of a trained network of the same configuration to start from, or of an STDiT3,
 *     instead of fresh weights; the optimiser and its step count start anew. None when absent
 * @param tasks how often each task is drawn; equally often, as in the paper, unless given
 * @param shift draws more of the high noise levels ({@link
 *     kinetone.diffusion.timestep.ShiftedTimesteps}); 1, uniform timesteps, unless given
 * @param textDrop share of examples trained without their caption; UniForm 0.5
 * @param givenDrop share of examples trained without what is given, for guidance towards it; 0, as
 *     in the paper, unless given
 * @param gradientCheckpointing whether blocks are computed a second time for their gradients, which
 *     takes up to a third more time and less memory; false unless given
 * @param batch examples per micro batch
 * @param samples pictures of clips that the network makes while it is trained; none when absent
 * @param trainer the trainer's settings
 */
public record UniFormRecipe(
    String latents,
    String heldOutLatents,
    String videoCodec,
    String audioCodec,
    String textEncoder,
    ClipFormat format,
    UniFormConfig model,
    String init,
    Tasks tasks,
    Double shift,
    double textDrop,
    Double givenDrop,
    Boolean gradientCheckpointing,
    int batch,
    Samples samples,
    TrainerConfig trainer)
    implements LatentRecipe {
  /**
   * Weights of the tasks.
   *
   * @param t2av picture and sound from text
   * @param a2v picture from sound and text
   * @param v2a sound from picture and text
   */
  public record Tasks(double t2av, double a2v, double v2a) {
    /** Checks the ranges. */
    public Tasks {
      Check.atLeast("tasks.t2av", t2av, 0.0);
      Check.atLeast("tasks.a2v", a2v, 0.0);
      Check.atLeast("tasks.v2a", v2a, 0.0);
      Check.that(t2av + a2v + v2a > 0, "the weights of the tasks are all zero");
    }
  }

  /** Checks the ranges. */
  public UniFormRecipe {
    LatentRecipe.requireCommon(latents, heldOutLatents, batch, trainer);
    Recipe.require("videoCodec", videoCodec);
    Recipe.require("audioCodec", audioCodec);
    Recipe.require("textEncoder", textEncoder);
    Recipe.require("format", format);
    Recipe.require("model", model);
    tasks = tasks == null ? new Tasks(1, 1, 1) : tasks;
    shift = shift == null ? 1 : shift;
    givenDrop = givenDrop == null ? 0 : givenDrop;
    gradientCheckpointing = gradientCheckpointing != null && gradientCheckpointing;
    Check.within("textDrop", textDrop, 0, 1);
    Check.within("givenDrop", givenDrop, 0, 1);
    Samples.requireSteps(samples);
  }

  @Override
  public List<LatentInput> inputs() {
    UniFormConfig.Video video = model.video();
    UniFormConfig.Audio audio = model.audio();
    long[] sound =
        audio.frequencies() == null
            ? new long[] {audio.length(), audio.channels()}
            : new long[] {audio.length(), audio.frequencies(), audio.channels()};
    return List.of(
        LatentInput.ofCodec(
            LatentRoles.VIDEO,
            videoCodec,
            "model.video",
            video.frames(),
            video.height(),
            video.width(),
            video.channels()),
        LatentInput.ofCodec(LatentRoles.AUDIO, audioCodec, "model.audio", sound),
        LatentInput.ofText(Path.of(textEncoder), "model.text", model.text().width()));
  }

  @Override
  public LatentObjective objective(Rng rng, Device device) {
    return new UniFormObjective(this, new UniForm(model, rng), device);
  }
}
