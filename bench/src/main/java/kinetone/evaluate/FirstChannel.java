package kinetone.evaluate;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;

import kinetone.media.Clip;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** Sound as audioldm_eval reads it ({@code WaveDataset}). */
final class FirstChannel {
  private FirstChannel() {}

  /**
   * The first channel less its mean, (1, samples), silence behind it where it is short.
   *
   * @param shortest samples
   */
  static Tensor of(Clip clip, int shortest) {
    float[] samples = clip.audio().orElseThrow().samples()[0];
    Tensor sound = Tensors.of(samples, 1, samples.length);
    return constant_pad_nd(sound.sub(sound.mean()), 0, Math.max(0, shortest - samples.length));
  }
}
