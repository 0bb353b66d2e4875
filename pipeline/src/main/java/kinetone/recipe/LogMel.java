package kinetone.recipe;

import org.bytedeco.pytorch.Tensor;

/**
 * From sound to the log-mel spectrogram that a codec codes. Holds filters: make it outside of
 * scopes.
 */
interface LogMel extends AutoCloseable {
  /** (B, ⌊samples / hop⌋, bands) of sound (B, samples) in [−1, 1]. */
  Tensor of(Tensor sound);

  @Override
  void close();
}
