package kinetone.recipe;

import org.bytedeco.pytorch.Tensor;

/** Sound (B, samples) to the mel frames (B, frames, bands) that a network hears. */
interface SoundFrames extends AutoCloseable {
  Tensor of(Tensor sound);

  @Override
  void close();
}
