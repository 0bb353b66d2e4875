package kinetone.latent.loss;

import static org.bytedeco.pytorch.global.torch.l1_loss;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Mean absolute error of the differences between neighbours in time, height and width of pictures
 * (B, T, H, W, C) (Mathieu et al. 2016): punishes blurred edges and flicker. Axes of length 1 are
 * left out.
 */
public final class GradientLoss implements ReconstructionLoss {
  private static final int FIRST_AXIS = 1;
  private static final int LAST_AXIS = 3;

  @Override
  public Tensor of(Tensor signal, Tensor reconstruction) {
    Tensor error = reconstruction.sub(signal);
    Tensor total = error.sum().mul(new Scalar(0.0));
    for (int axis = FIRST_AXIS; axis <= LAST_AXIS; axis++) {
      long last = error.size(axis) - 1;
      if (last > 0) {
        total = total.add(l1_loss(error.narrow(axis, 1, last), error.narrow(axis, 0, last)));
      }
    }
    return total;
  }
}
