package kinetone.system.avdit;

import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import kinetone.checkpoint.ComponentFolder;
import kinetone.diffusion.Denoiser;
import kinetone.media.ClipFormat;
import kinetone.model.avdit.AdapterAvDiT;
import kinetone.model.avdit.AdapterAvDiTConfig;
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
import org.bytedeco.pytorch.Device;

/** AV-DiT (Wang et al. 2024): picture and sound together, from a frozen picture model. */
public final class AvDitSystem implements GenerativeSystem {
  /** Its name. */
  public static final String NAME = "av-dit";

  /** 16 frames in 1.6 s, where nobody says otherwise. */
  private static final double FRAMES_PER_SECOND = 10;

  private static final int SAMPLE_RATE = 16_000;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "AV-DiT: picture and sound together, from a frozen picture model with small trained parts";
  }

  @Override
  public List<Part> parts() {
    return List.of(Part.denoiser(AdapterAvDiT.TYPE), Part.videoCodec(), Part.audioCodec());
  }

  @Override
  public Set<TaskKind> tasks() {
    return EnumSet.of(TaskKind.JOINT);
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
  public ClipFormat format(ModelParts parts, AskedFormat asked) {
    return shape(network(parts))
        .format(parts, asked, asked.framesPerSecond().orElse(FRAMES_PER_SECOND), SAMPLE_RATE);
  }

  /** The latents that a network of {@code config} makes. */
  static JointShape shape(AdapterAvDiTConfig config) {
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

  private static AdapterAvDiTConfig network(ModelParts parts) {
    return ComponentFolder.config(parts.get("denoiser"), AdapterAvDiTConfig.class);
  }

  @Override
  public void requireFit(ModelParts parts, ModelIndex index) {
    AdapterAvDiTConfig network = network(parts);
    shape(network).requireFit(parts, index);
    ClassLabel.read(index.defaults().get(AvDitOptions.CLASS_LABEL), network.base());
  }

  @Override
  public DiffusionModel open(
      ModelParts parts, ModelIndex index, Device device, Precision precision) {
    return open(parts, index, device, network -> new MixedPrecision(network, device, precision));
  }

  /** The same with {@code around} the network, such as one that spies. */
  static AvDitModel open(
      ModelParts parts, ModelIndex index, Device device, UnaryOperator<Denoiser> around) {
    AdapterAvDiTConfig config = network(parts);
    AdapterAvDiT network =
        ComponentFolder.network(parts.get("denoiser"), rng -> new AdapterAvDiT(config, rng));
    return new AvDitModel(
        JointModel.Parts.open(
            network,
            around.apply(network),
            parts.get("video_codec"),
            parts.get("audio_codec"),
            index.format(),
            device));
  }
}
