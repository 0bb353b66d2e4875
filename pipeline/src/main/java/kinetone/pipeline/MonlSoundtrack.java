package kinetone.pipeline;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.TaskMask;
import kinetone.media.Video;
import kinetone.nn.conv.History;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Windows of AVDiT that continue each other. A Mixture of Noise Levels lets any part be given (Kim
 * et al. 2024, section 3.3): in every window after the first, the whole picture and the sound
 * latents of the overlap are, and only the sound after them is generated. The latents of all
 * windows are one sequence, which the causal codec decodes in chunks as if in one piece: there is
 * nothing to be faded.
 */
final class MonlSoundtrack implements WindowedSound {
  private final MonlPipeline model;
  private final ClipGeometry geometry;
  private final Continuation step;
  private final GenerateRequest request;
  private final WindowGrid grid;
  private final History.Stream decoded = History.stream();

  /** Standardised latents of the overlap with the next window, row-major. */
  private float[] carried = {};

  MonlSoundtrack(
      MonlPipeline model, ClipGeometry geometry, Continuation step, GenerateRequest request) {
    this.model = model;
    this.geometry = geometry;
    this.step = step;
    this.request = request;
    grid = new WindowGrid(geometry.format(), step.hopFrames());
  }

  @Override
  public WindowGrid grid() {
    return grid;
  }

  @Override
  public double join(long w) {
    double hop = geometry.hop() / (double) geometry.format().sampleRate();
    return (w * step.hopLatents() + step.givenLatents()) * hop;
  }

  @Override
  public float[] next(
      Video pictures,
      long window,
      boolean last,
      ProgressListener listener,
      Cancellation cancellation) {
    int known = window == 0 ? 0 : step.givenLatents();
    int end = last ? geometry.audioLatents() : step.hopLatents() + step.givenLatents();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      listener.progress("encode", 0, 1);
      Latents given = model.encode(Optional.of(pictures), Optional.empty());
      if (known > 0) {
        Tensor sound = given.audio();
        Tensor past = Tensors.of(carried, 1, known, sound.size(2));
        sound.narrow(1, 0, known).copy_(past.to(sound.device(), sound.scalar_type()));
      }
      listener.progress("encode", 1, 1);
      Tensor sound =
          model.sample(request, mask(known), given, window, listener, cancellation).audio();
      if (!last) {
        carried = Tensors.toFloats(sound.narrow(1, step.hopLatents(), step.givenLatents()));
      }
      listener.progress("decode", 0, 1);
      float[] samples = model.decodeNext(sound.narrow(1, known, end - known), decoded);
      listener.progress("decode", 1, 1);
      return last ? cut(samples, window) : samples;
    }
  }

  /** The last latent may reach beyond the window. */
  private float[] cut(float[] samples, long window) {
    int known = window == 0 ? 0 : step.givenLatents();
    int inside = geometry.format().samples() - known * geometry.hop();
    return Arrays.copyOf(samples, Math.min(samples.length, inside));
  }

  private TaskMask mask(int known) {
    boolean[] sound = new boolean[geometry.audioLatents()];
    Arrays.fill(sound, known, sound.length, true);
    return TaskMask.of(
        Map.of(Modality.VIDEO, new boolean[geometry.videoLatents()], Modality.AUDIO, sound));
  }

  @Override
  public void close() {
    decoded.close();
  }
}
