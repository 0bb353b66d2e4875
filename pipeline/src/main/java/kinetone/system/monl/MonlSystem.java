package kinetone.system.monl;

import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import kinetone.model.monl.AvDiT;
import kinetone.model.monl.AvDiTConfig;
import kinetone.pipeline.AskedFormat;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.DiffusionModel;
import kinetone.pipeline.ModelParts;
import kinetone.pipeline.Option;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.SamplerChoice;
import kinetone.pipeline.TaskKind;
import kinetone.system.joint.JointModel;
import kinetone.system.joint.JointShape;
import kinetone.system.joint.JointSystem;
import kinetone.tensor.Rng;

/**
 * AVDiT with a Mixture of Noise Levels (Kim et al. 2024): any part of picture and sound from any
 * other.
 */
public final class MonlSystem extends JointSystem<AvDiTConfig, AvDiT> {
  /** Its name. */
  public static final String NAME = "monl";

  /** A rate of which components know nothing, where nobody says otherwise. */
  private static final double FRAMES_PER_SECOND = 8;

  /** The system; it has no state. */
  public MonlSystem() {
    super(AvDiTConfig.class);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "AVDiT with a Mixture of Noise Levels: picture and sound, from each other and together";
  }

  @Override
  protected String denoiserType() {
    return AvDiT.TYPE;
  }

  @Override
  public Set<TaskKind> tasks() {
    return EnumSet.allOf(TaskKind.class);
  }

  @Override
  public List<Option<?>> options() {
    return MonlOptions.ALL;
  }

  @Override
  public OptionValues defaults() {
    return OptionValues.NONE
        .with(CommonOptions.NUM_INFERENCE_STEPS, 50)
        .with(CommonOptions.GUIDANCE_SCALE, 3.0)
        .with(CommonOptions.SAMPLER, SamplerChoice.DDPM);
  }

  @Override
  protected double framesPerSecond(AvDiTConfig config, AskedFormat asked) {
    return asked.framesPerSecond().orElse(FRAMES_PER_SECOND);
  }

  @Override
  protected JointShape shape(AvDiTConfig config) {
    AvDiTConfig.Video video = config.video();
    AvDiTConfig.Audio audio = config.audio();
    return new JointShape(
        video.frames(),
        video.height(),
        video.width(),
        video.channels(),
        audio.length(),
        OptionalInt.empty(),
        audio.channels());
  }

  @Override
  protected AvDiT network(AvDiTConfig config, Rng rng) {
    return new AvDiT(config, rng);
  }

  @Override
  protected DiffusionModel model(JointModel.Parts<AvDiT> opened, ModelParts parts) {
    return new MonlModel(opened);
  }
}
