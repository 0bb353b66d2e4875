package kinetone.data;

import java.util.List;
import kinetone.media.Clip;
import kinetone.signal.ClipTensors;
import kinetone.spectral.MelFrontEnd;
import kinetone.spectral.MelFrontEndConfig;
import org.bytedeco.pytorch.Tensor;

/**
 * The sound of clips as the spectrograms that a mel codec codes. Holds filters: make it outside of
 * scopes.
 */
public final class ClipMels implements AutoCloseable {
  private final MelFrontEnd front;
  private final int samples;
  private final int factor;

  /**
   * Spectrograms of clips.
   *
   * @param samples of the sound of a clip
   * @param factor of which the number of frames is cut to a multiple
   */
  public ClipMels(MelFrontEndConfig config, int samples, int factor) {
    this.front = new MelFrontEnd(config);
    this.samples = samples;
    this.factor = factor;
  }

  /** (B, frames, bands, 1), each clip at the level that the front end expects. */
  public Tensor of(List<Clip> clips) {
    Tensor mel = front.logMel(front.normalise(ClipTensors.audio(clips, samples)));
    return mel.narrow(1, 0, mel.size(1) / factor * factor).unsqueeze(-1);
  }

  @Override
  public void close() {
    front.close();
  }
}
