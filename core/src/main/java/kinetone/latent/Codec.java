package kinetone.latent;

import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * An autoencoder between a signal and its latents. Signals are (B, T, H, W, 3) pictures in [−1, 1]
 * or (B, samples) sound in [−1, 1]; latents are (B, time, ..., C), raw as the encoder gives them:
 * {@link LatentStatistics} standardises them for diffusion.
 */
public interface Codec {
  /** The network that holds the weights. */
  Module module();

  /** Encodes a signal; deterministic (the mean of the posterior where there is one). */
  Tensor encode(Tensor signal);

  /** Decodes raw latents to a signal. */
  Tensor decode(Tensor latent);

  /** Channels C of the latent. */
  int latentChannels();
}
