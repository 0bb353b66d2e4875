package kinetone.system.avdit;

import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import kinetone.model.avdit.AdapterAvDiT;
import kinetone.model.avdit.AdapterAvDiTConfig;
import kinetone.pipeline.AskedFormat;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.DiffusionModel;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.ModelParts;
import kinetone.pipeline.Option;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.SamplerChoice;
import kinetone.pipeline.TaskKind;
import kinetone.system.joint.JointModel;
import kinetone.system.joint.JointShape;
import kinetone.system.joint.JointSystem;
import kinetone.tensor.Rng;

/** AV-DiT (Wang et al. 2024): picture and sound together, from a frozen picture model. */
public final class AvDitSystem extends JointSystem<AdapterAvDiTConfig, AdapterAvDiT> {
  /** Its name. */
  public static final String NAME = "av-dit";

  /** 16 frames in 1.6 s, where nobody says otherwise. */
  private static final double FRAMES_PER_SECOND = 10;

  /** The system; it has no state. */
  public AvDitSystem() {
    super(AdapterAvDiTConfig.class);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "AV-DiT: picture and sound together, from a frozen picture model with small trained parts";
  }

  @Override
  protected String denoiserType() {
    return AdapterAvDiT.TYPE;
  }

  @Override
  public Set<TaskKind> tasks() {
    return EnumSet.of(TaskKind.JOINT, TaskKind.A2V, TaskKind.V2A);
  }

  @Override
  public List<Option<?>> options() {
    return AvDitOptions.ALL;
  }

  /** DiT's sampling: 250 ancestral steps, guidance 4. */
  @Override
  public OptionValues defaults() {
    return OptionValues.NONE
        .with(CommonOptions.NUM_INFERENCE_STEPS, 250)
        .with(CommonOptions.GUIDANCE_SCALE, 4.0)
        .with(CommonOptions.SAMPLER, SamplerChoice.DDPM);
  }

  @Override
  protected double framesPerSecond(AdapterAvDiTConfig config, AskedFormat asked) {
    return asked.framesPerSecond().orElse(FRAMES_PER_SECOND);
  }

  @Override
  protected JointShape shape(AdapterAvDiTConfig config) {
    AdapterAvDiTConfig.Audio audio = config.audio();
    int side = config.base().inputSize();
    return new JointShape(
        config.frames(),
        side,
        side,
        config.base().channels(),
        audio.length(),
        OptionalInt.of(audio.frequencies()),
        audio.channels());
  }

  @Override
  protected void requireFit(AdapterAvDiTConfig config, ModelParts parts, ModelIndex index) {
    ClassLabel.read(index.defaults().get(AvDitOptions.CLASS_LABEL), config.base());
  }

  @Override
  protected AdapterAvDiT network(AdapterAvDiTConfig config, Rng rng) {
    return new AdapterAvDiT(config, rng);
  }

  @Override
  protected DiffusionModel model(JointModel.Parts<AdapterAvDiT> opened, ModelParts parts) {
    return new AvDitModel(opened);
  }
}
