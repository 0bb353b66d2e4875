package kinetone.latent;

import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * A network between a signal and its latents, as training sees it: the signal is whatever the
 * network codes, pictures (B, T, H, W, 3), sound (B, samples) or spectrograms (B, frames, bands,
 * 1); latents are (B, time, ..., C). Codecs are built around it.
 */
public interface Autoencoder {
  /** The network that holds the weights. */
  Module module();

  /** The posterior of the latents of {@code signal}. */
  LatentDistribution distribution(Tensor signal);

  /** The most likely latents of {@code signal}: the mean of the posterior. */
  default Tensor encode(Tensor signal) {
    return distribution(signal).mean();
  }

  /** Decodes latents to a signal. */
  Tensor decode(Tensor latent);

  /** Channels C of the latent. */
  int latentChannels();
}
