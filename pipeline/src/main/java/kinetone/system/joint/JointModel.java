package kinetone.system.joint;

import java.util.Map;
import kinetone.codec.AudioCodec;
import kinetone.codec.LatentCodec;
import kinetone.codec.VideoCodec;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.media.ClipFormat;
import kinetone.pipeline.DiffusionModel;
import kinetone.signal.ClipGeometry;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Module;

/**
 * A denoiser between a picture codec and a sound codec, at work: what such models share. It owns
 * its parts, and moves them to the device.
 */
public abstract class JointModel implements DiffusionModel {
  private final Module network;
  private final Denoiser denoiser;
  private final JointShape shape;
  private final LatentCodec<VideoCodec> videoCodec;
  private final LatentCodec<AudioCodec> audioCodec;
  private final ClipGeometry geometry;
  private final Device device;

  /**
   * The parts of such a model, which fit each other.
   *
   * @param network the denoiser's weights
   * @param denoiser {@code network} with what is around it, such as another precision
   * @param shape of the latents
   * @param videoCodec the picture codec
   * @param audioCodec the sound codec
   * @param format of the clips
   * @param device where it works
   */
  public record Parts<N extends Module>(
      N network,
      Denoiser denoiser,
      JointShape shape,
      LatentCodec<VideoCodec> videoCodec,
      LatentCodec<AudioCodec> audioCodec,
      ClipFormat format,
      Device device) {}

  /** A model of {@code parts}. */
  protected JointModel(Parts<?> parts) {
    shape = parts.shape();
    network = parts.network();
    denoiser = parts.denoiser();
    videoCodec = parts.videoCodec();
    audioCodec = parts.audioCodec();
    device = parts.device();
    geometry =
        new ClipGeometry(
            parts.format(), videoCodec.codec().layout().time(), audioCodec.codec().layout().time());
    network.to(device, false);
    network.eval();
    videoCodec.codec().ready(device);
    audioCodec.codec().ready(device);
  }

  /** The denoiser with what is around it. */
  protected final Denoiser denoiser() {
    return denoiser;
  }

  /** Of the clips. */
  protected final ClipFormat format() {
    return geometry.format();
  }

  /** How the latents lie in time. */
  public final ClipGeometry geometry() {
    return geometry;
  }

  /** The sound codec. */
  public final LatentCodec<AudioCodec> audioCodec() {
    return audioCodec;
  }

  @Override
  public final Device device() {
    return device;
  }

  @Override
  public final Map<Modality, LatentCodec<?>> codecs() {
    return Map.of(Modality.VIDEO, videoCodec, Modality.AUDIO, audioCodec);
  }

  @Override
  public final Map<Modality, long[]> shapes() {
    return shape.shapes();
  }

  @Override
  public final TaskMask mask(Task task) {
    return TaskMask.of(task, geometry.segments());
  }

  @Override
  public void close() {
    videoCodec.close();
    audioCodec.close();
    network.close();
  }
}
