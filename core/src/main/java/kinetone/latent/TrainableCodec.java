package kinetone.latent;

import org.bytedeco.pytorch.Tensor;

/** A codec whose encoder can be trained: it tells the whole posterior. */
public interface TrainableCodec extends Codec {
  /** The posterior of the latents of {@code signal}. */
  LatentDistribution distribution(Tensor signal);

  @Override
  default Tensor encode(Tensor signal) {
    return distribution(signal).mean();
  }
}
