package kinetone.codec;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * A {@link Codec} of sound (B, samples) in [−1, 1]; latents are (B, L, C), or (B, L, F, C) where
 * they have an axis of frequency.
 */
public interface AudioCodec extends Codec {
  @Override
  AudioLayout layout();

  /** A new decoder of latents that come piece by piece; empty where the codec must see them all. */
  default Optional<Stream> stream() {
    return Optional.empty();
  }

  /** Decodes the latents of one long sound piece by piece, as if in one. */
  interface Stream extends AutoCloseable {
    /** The sound (B, samples) of the next raw latents. */
    Tensor next(Tensor latents);

    @Override
    void close();
  }
}
