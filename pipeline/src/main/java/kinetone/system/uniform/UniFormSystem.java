package kinetone.system.uniform;

import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;
import kinetone.diffusion.Denoiser;
import kinetone.media.ClipFormat;
import kinetone.model.uniform.UniForm;
import kinetone.model.uniform.UniFormConfig;
import kinetone.pipeline.AskedFormat;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.DiffusionModel;
import kinetone.pipeline.GenerativeSystem;
import kinetone.pipeline.MixedPrecision;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.ModelParts;
import kinetone.pipeline.Option;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Part;
import kinetone.pipeline.SamplerChoice;
import kinetone.pipeline.TaskKind;
import kinetone.system.joint.JointModel;
import kinetone.system.joint.JointShape;
import kinetone.tensor.Precision;
import kinetone.text.TextEncoder;
import kinetone.text.TextEncoderConfig;
import org.bytedeco.pytorch.Device;

/** UniForm (Zhao et al. 2025): picture and sound from words, and from each other. */
public final class UniFormSystem implements GenerativeSystem {
  /** Its name. */
  public static final String NAME = "uniform";

  private static final int SAMPLE_RATE = 16_000;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "UniForm: picture and sound from words, and from each other with words";
  }

  @Override
  public List<Part> parts() {
    return List.of(
        Part.denoiser(UniForm.TYPE),
        Part.videoCodec(),
        Part.audioCodec(),
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
  public ClipFormat format(ModelParts parts, AskedFormat asked) {
    UniFormConfig network = network(parts);
    return shape(network)
        .format(parts, asked, asked.agreedFramesPerSecond(network.framesPerSecond()), SAMPLE_RATE);
  }

  private static UniFormConfig network(ModelParts parts) {
    return ComponentFolder.config(parts.get("denoiser"), UniFormConfig.class);
  }

  /** The latents that a network of {@code config} makes. */
  static JointShape shape(UniFormConfig config) {
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
  public void requireFit(ModelParts parts, ModelIndex index) {
    UniFormConfig network = network(parts);
    shape(network).requireFit(parts, index);
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
  public DiffusionModel open(
      ModelParts parts, ModelIndex index, Device device, Precision precision) {
    return open(parts, index, device, network -> new MixedPrecision(network, device, precision));
  }

  /** The same with {@code around} the network, such as one that spies. */
  static UniFormModel open(
      ModelParts parts, ModelIndex index, Device device, UnaryOperator<Denoiser> around) {
    UniFormConfig config = network(parts);
    UniForm network =
        ComponentFolder.network(parts.get("denoiser"), rng -> new UniForm(config, rng));
    return new UniFormModel(
        JointModel.Parts.open(
            network,
            around.apply(network),
            parts.get("video_codec"),
            parts.get("audio_codec"),
            index.format(),
            device),
        TextEncoder.load(parts.get("text_encoder"), device));
  }
}
