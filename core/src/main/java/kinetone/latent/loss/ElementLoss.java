package kinetone.latent.loss;

import static org.bytedeco.pytorch.global.torch.l1_loss;
import static org.bytedeco.pytorch.global.torch.mse_loss;

import org.bytedeco.pytorch.Tensor;

/** Means over elements; for pictures and waveforms. */
public enum ElementLoss implements ReconstructionLoss {
  /** Mean absolute error. */
  L1 {
    @Override
    public Tensor of(Tensor signal, Tensor reconstruction) {
      return l1_loss(reconstruction, signal);
    }
  },
  /** Mean squared error. */
  L2 {
    @Override
    public Tensor of(Tensor signal, Tensor reconstruction) {
      return mse_loss(reconstruction, signal);
    }
  }
}
