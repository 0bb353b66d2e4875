package kinetone.system.monl;

import java.util.Arrays;
import java.util.Map;
import kinetone.codec.AudioCodec;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.TaskMask;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.DiffusionPipeline;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Given;
import kinetone.pipeline.NoiseStreams;
import kinetone.pipeline.ProgressListener;
import kinetone.pipeline.WindowGrid;
import kinetone.pipeline.WindowedSound;
import kinetone.signal.ClipGeometry;
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
  private final DiffusionPipeline pipeline;
  private final MonlModel model;
  private final ClipGeometry geometry;
  private final Continuation step;
  private final GenerateRequest request;
  private final WindowGrid grid;
  private final AudioCodec.Stream decoded;

  /** Standardised latents of the overlap with the next window, row-major. */
  private float[] carried = {};

  MonlSoundtrack(
      DiffusionPipeline pipeline,
      MonlModel model,
      Continuation step,
      GenerateRequest request,
      AudioCodec.Stream decoded) {
    this.pipeline = pipeline;
    this.model = model;
    this.geometry = model.geometry();
    this.step = step;
    this.request = request;
    grid = new WindowGrid(geometry.format(), step.hopFrames());
    this.decoded = decoded;
  }

  @Override
  public WindowGrid grid() {
    return grid;
  }

  @Override
  public double join(long w) {
    double hop = geometry.sound().boundary(1) / (double) geometry.format().sampleRate();
    return (w * step.hopLatents() + step.givenLatents()) * hop;
  }

  @Override
  public float[] next(
      Given pictures,
      long window,
      boolean last,
      ProgressListener listener,
      Cancellation cancellation) {
    int known = window == 0 ? 0 : step.givenLatents();
    int end = last ? geometry.audioLatents() : step.hopLatents() + step.givenLatents();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        NoiseStreams streams = pipeline.streams(request, window)) {
      listener.progress("encode", 0, 1);
      Latents given = pipeline.encode(pictures);
      if (known > 0) {
        Tensor sound = given.audio();
        Tensor past = Tensors.of(carried, 1, known, sound.size(2));
        sound.narrow(1, 0, known).copy_(past.to(sound.device(), sound.scalar_type()));
      }
      listener.progress("encode", 1, 1);
      Tensor sound =
          pipeline
              .sample(request, mask(known), given, Conditions.NONE, streams, listener, cancellation)
              .audio();
      if (!last) {
        carried = Tensors.toFloats(sound.narrow(1, step.hopLatents(), step.givenLatents()));
      }
      listener.progress("decode", 0, 1);
      float[] samples = decode(sound.narrow(1, known, end - known));
      listener.progress("decode", 1, 1);
      return last ? cut(samples, window) : samples;
    }
  }

  /** Waveform of the next sound latents (1, L, C), standardised, in [−1, 1]. */
  private float[] decode(Tensor latents) {
    Tensor raw = model.audioCodec().restore(latents);
    Tensor sound = decoded.next(raw);
    DiffusionPipeline.requireFinite("sound samples", sound);
    float[] samples = Tensors.toFloats(sound);
    for (int i = 0; i < samples.length; i++) {
      samples[i] = Math.max(-1f, Math.min(1f, samples[i]));
    }
    return samples;
  }

  /** The last latent may reach beyond the window. */
  private float[] cut(float[] samples, long window) {
    int known = window == 0 ? 0 : step.givenLatents();
    int inside = geometry.format().samples() - (int) geometry.sound().boundary(known);
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
