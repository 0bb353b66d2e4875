package kinetone.system.monl;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import kinetone.checkpoint.ComponentFolder;
import kinetone.diffusion.Denoiser;
import kinetone.media.ClipFormat;
import kinetone.model.monl.AvDiT;
import kinetone.model.monl.AvDiTConfig;
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

/**
 * AVDiT with a Mixture of Noise Levels (Kim et al. 2024): any part of picture and sound from any
 * other.
 */
public final class MonlSystem implements GenerativeSystem {
  /** Its name. */
  public static final String NAME = "monl";

  /** Rates of which components know nothing, where nobody says otherwise. */
  private static final double FRAMES_PER_SECOND = 8;

  private static final int SAMPLE_RATE = 16_000;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "AVDiT with a Mixture of Noise Levels: picture and sound, from each other and together";
  }

  @Override
  public List<Part> parts() {
    return List.of(Part.denoiser(AvDiT.TYPE), Part.videoCodec(), Part.audioCodec());
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
  public ClipFormat format(ModelParts parts, AskedFormat asked) {
    return shape(network(parts))
        .format(parts, asked, asked.framesPerSecond().orElse(FRAMES_PER_SECOND), SAMPLE_RATE);
  }

  /** The latents that a network of {@code config} makes. */
  static JointShape shape(AvDiTConfig config) {
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

  private static AvDiTConfig network(ModelParts parts) {
    return ComponentFolder.config(parts.get("denoiser"), AvDiTConfig.class);
  }

  @Override
  public void requireFit(ModelParts parts, ModelIndex index) {
    shape(network(parts)).requireFit(parts, index);
  }

  @Override
  public DiffusionModel open(
      ModelParts parts, ModelIndex index, Device device, Precision precision) {
    return open(parts, index, device, network -> new MixedPrecision(network, device, precision));
  }

  /** The same with {@code around} the network, such as one that spies. */
  static MonlModel open(
      ModelParts parts, ModelIndex index, Device device, UnaryOperator<Denoiser> around) {
    Path denoiser = parts.get("denoiser");
    AvDiTConfig config = network(parts);
    AvDiT network = ComponentFolder.network(denoiser, rng -> new AvDiT(config, rng));
    return new MonlModel(
        JointModel.Parts.open(
            network,
            around.apply(network),
            parts.get("video_codec"),
            parts.get("audio_codec"),
            index.format(),
            device));
  }
}
