package kinetone.codec;

import kinetone.latent.LatentStatistics;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Tensor;

/**
 * A codec with the statistics of its latents: between signals and the standardised latents that
 * diffusion sees.
 *
 * @param codec the codec, owned
 * @param statistics of its latents
 * @param <K> codec
 */
public record LatentCodec<K extends Codec>(K codec, LatentStatistics statistics)
    implements AutoCloseable {
  /** Standardised latents of a signal. */
  public Tensor encode(Tensor signal) {
    return statistics.standardise(codec.encode(signal));
  }

  /** The signal of standardised latents; see {@link Codec#decode}. */
  public Tensor decode(Tensor latent, long length, Rng rng) {
    return codec.decode(statistics.restore(latent), length, rng);
  }

  /** The codec's own latents of standardised ones, for codecs that are decoded in pieces. */
  public Tensor restore(Tensor latent) {
    return statistics.restore(latent);
  }

  /** What is known of it without weights. */
  public CodecDescription description() {
    return new CodecDescription(codec.layout(), statistics);
  }

  @Override
  public void close() {
    codec.close();
  }
}
