package kinetone.system.uniform;

import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import kinetone.common.Check;
import kinetone.model.uniform.UniForm;
import kinetone.model.uniform.UniFormConfig;
import kinetone.pipeline.AskedFormat;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.DiffusionModel;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.ModelParts;
import kinetone.pipeline.Option;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Part;
import kinetone.pipeline.SamplerChoice;
import kinetone.pipeline.TaskKind;
import kinetone.system.joint.JointModel;
import kinetone.system.joint.JointShape;
import kinetone.system.joint.JointSystem;
import kinetone.tensor.Rng;
import kinetone.text.TextEncoder;
import kinetone.text.TextEncoderConfig;

/** UniForm (Zhao et al. 2025): picture and sound from words, and from each other. */
public final class UniFormSystem extends JointSystem<UniFormConfig, UniForm> {
  /** Its name. */
  public static final String NAME = "uniform";

  /** The system; it has no state. */
  public UniFormSystem() {
    super(UniFormConfig.class);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "UniForm: picture and sound from words, and from each other with words";
  }

  @Override
  protected String denoiserType() {
    return UniForm.TYPE;
  }

  @Override
  protected List<Part> otherParts() {
    return List.of(
        new Part(
            "text_encoder",
            "text_encoder",
            true,
            Set.of(TextEncoder.TYPE),
            "the text encoder",
            TextEncoder::copy));
  }

  @Override
  public Set<TaskKind> tasks() {
    return EnumSet.of(TaskKind.JOINT, TaskKind.A2V, TaskKind.V2A);
  }

  @Override
  public List<Option<?>> options() {
    return UniFormOptions.ALL;
  }

  /** Open-Sora's sampling of models with learned variance: 100 ancestral steps, guidance 7. */
  @Override
  public OptionValues defaults() {
    return OptionValues.NONE
        .with(CommonOptions.NUM_INFERENCE_STEPS, 100)
        .with(CommonOptions.GUIDANCE_SCALE, 7.0)
        .with(CommonOptions.SAMPLER, SamplerChoice.DDPM);
  }

  @Override
  protected double framesPerSecond(UniFormConfig config, AskedFormat asked) {
    return asked.agreedFramesPerSecond(config.framesPerSecond());
  }

  @Override
  protected JointShape shape(UniFormConfig config) {
    UniFormConfig.Video video = config.video();
    UniFormConfig.Audio audio = config.audio();
    return new JointShape(
        video.frames(),
        video.height(),
        video.width(),
        video.channels(),
        audio.length(),
        audio.frequencies() == null ? OptionalInt.empty() : OptionalInt.of(audio.frequencies()),
        audio.channels());
  }

  @Override
  protected void requireFit(UniFormConfig network, ModelParts parts, ModelIndex index) {
    Check.that(
        network.framesPerSecond() == index.format().framesPerSecond(),
        "%s: the denoiser was trained for %s pictures a second, the clips have %s",
        parts.what(),
        network.framesPerSecond(),
        index.format().framesPerSecond());
    TextEncoderConfig text = TextEncoder.config(parts.get("text_encoder"));
    Check.that(
        text.encoder().width() == network.text().width()
            && text.maxTokens() <= network.text().tokens(),
        "%s: the text encoder's captions are %d tokens of width %d, the denoiser's %d of width %d; the"
            + " parts are from different models",
        parts.what(),
        text.maxTokens(),
        text.encoder().width(),
        network.text().tokens(),
        network.text().width());
  }

  @Override
  protected UniForm network(UniFormConfig config, Rng rng) {
    return new UniForm(config, rng);
  }

  @Override
  protected DiffusionModel model(JointModel.Parts<UniForm> opened, ModelParts parts) {
    return new UniFormModel(opened, TextEncoder.load(parts.get("text_encoder"), opened.device()));
  }
}
