package kinetone.system.joint;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import kinetone.checkpoint.ComponentFolder;
import kinetone.codec.Codecs;
import kinetone.diffusion.Denoiser;
import kinetone.media.ClipFormat;
import kinetone.pipeline.AskedFormat;
import kinetone.pipeline.DiffusionModel;
import kinetone.pipeline.GenerativeSystem;
import kinetone.pipeline.MixedPrecision;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.ModelParts;
import kinetone.pipeline.Part;
import kinetone.tensor.Precision;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Module;

/**
 * A system whose models are a denoiser between a picture codec and a sound codec, whatever else
 * they have: how such parts are read, fit each other and become a model is said here.
 *
 * @param <C> what the denoiser's folder says of it
 * @param <N> the denoiser
 */
public abstract class JointSystem<C, N extends Module & Denoiser> implements GenerativeSystem {
  private static final String DENOISER = "denoiser";
  private static final String VIDEO_CODEC = "video_codec";
  private static final String AUDIO_CODEC = "audio_codec";

  /** Hz, where neither the sound codec nor the user says. */
  private static final int SAMPLE_RATE = 16_000;

  private final Class<C> config;

  /** A system whose denoisers are described by {@code config}. */
  protected JointSystem(Class<C> config) {
    this.config = config;
  }

  /** The denoiser's kind of component. */
  protected abstract String denoiserType();

  /** The parts besides denoiser and codecs. */
  protected List<Part> otherParts() {
    return List.of();
  }

  /** The latents that a network of {@code config} makes. */
  protected abstract JointShape shape(C config);

  /** Hz: the pictures of a clip, by the network, by the user or by habit. */
  protected abstract double framesPerSecond(C config, AskedFormat asked);

  /** A network with fresh weights. */
  protected abstract N network(C config, Rng rng);

  /** The model of {@code opened}; what else it needs is in {@code parts}. */
  protected abstract DiffusionModel model(JointModel.Parts<N> opened, ModelParts parts);

  /** Requires what is more than that the codecs fit the denoiser. */
  protected void requireFit(C config, ModelParts parts, ModelIndex index) {}

  @Override
  public final List<Part> parts() {
    List<Part> parts =
        new ArrayList<>(
            List.of(Part.denoiser(denoiserType()), Part.videoCodec(), Part.audioCodec()));
    parts.addAll(otherParts());
    return List.copyOf(parts);
  }

  @Override
  public final ClipFormat format(ModelParts parts, AskedFormat asked) {
    C network = config(parts);
    return shape(network).format(parts, asked, framesPerSecond(network, asked), SAMPLE_RATE);
  }

  @Override
  public final void requireFit(ModelParts parts, ModelIndex index) {
    C network = config(parts);
    shape(network).requireFit(parts, index);
    requireFit(network, parts, index);
  }

  @Override
  public final DiffusionModel open(
      ModelParts parts, ModelIndex index, Device device, Precision precision) {
    return open(parts, index, device, network -> new MixedPrecision(network, device, precision));
  }

  /** The same with {@code around} the network, such as one that spies. */
  public final DiffusionModel open(
      ModelParts parts, ModelIndex index, Device device, UnaryOperator<Denoiser> around) {
    C read = config(parts);
    N network = ComponentFolder.network(parts.get(DENOISER), rng -> network(read, rng));
    return model(read, network, around.apply(network), parts, index.format(), device);
  }

  /**
   * A model of a network that is there already, such as one in training.
   *
   * @param denoiser {@code network} with what is around it
   * @param parts the others
   */
  public final DiffusionModel model(
      C config, N network, Denoiser denoiser, ModelParts parts, ClipFormat format, Device device) {
    return model(
        new JointModel.Parts<>(
            network,
            denoiser,
            shape(config),
            Codecs.openVideo(parts.get(VIDEO_CODEC)),
            Codecs.openAudio(parts.get(AUDIO_CODEC)),
            format,
            device),
        parts);
  }

  private C config(ModelParts parts) {
    return ComponentFolder.config(parts.get(DENOISER), config);
  }
}
