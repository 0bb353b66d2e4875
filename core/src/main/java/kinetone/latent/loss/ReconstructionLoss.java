package kinetone.latent.loss;

import org.bytedeco.pytorch.Tensor;

/** How far a reconstruction is from its signal: a scalar, 0 when they are equal. */
@FunctionalInterface
public interface ReconstructionLoss {
  /** The loss of signals and reconstructions of equal shape, batch first. */
  Tensor of(Tensor signal, Tensor reconstruction);
}
