package kinetone.feature.audioclip;

import static org.bytedeco.pytorch.global.torch.linspace;
import static org.bytedeco.pytorch.global.torch.ones_like;
import static org.bytedeco.pytorch.global.torch.where;

import kinetone.nn.Init;
import kinetone.tensor.DeviceConstant;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A transform by complex frequency B-spline wavelets whose order {@code m}, bandwidth {@code fb}
 * and frequency {@code fc} are learned for each bin (Guzhov et al. 2021, ESResNe(X)t-fbsp).
 */
final class Fbsp extends Module {
  private static final double EPSILON = 1e-8;

  private final int length;
  private final Tensor order;
  private final Tensor bandwidth;
  private final Tensor frequency;
  private final DeviceConstant time;

  /** At first a Fourier transform of {@code length} samples. */
  Fbsp(int bins, int length, Rng rng) {
    super("LinearFBSP");
    this.length = length;
    order = Init.weight(rng, bins);
    bandwidth = Init.weight(rng, bins);
    frequency = Init.weight(rng, bins);
    if (!rng.isNone()) {
      Init.constant(order, 0);
      Init.constant(bandwidth, 1);
      frequency.copy_(linspace(new Scalar(0f), new Scalar(bins - 1f), bins));
    }
    register_parameter("m", order);
    register_parameter("fb", bandwidth);
    register_parameter("fc", frequency);
    time =
        new DeviceConstant(
            () ->
                linspace(new Scalar(-1f), new Scalar(1f), length)
                    .mul(new Scalar(Math.PI))
                    .add(new Scalar(EPSILON))
                    .unsqueeze(0));
  }

  /** |X|², (B, frames, bins), of windowed frames (B, frames, length). */
  Tensor power(Tensor frames) {
    Tensor t = time.like(frames);
    Tensor m = order.unsqueeze(1);
    Tensor fb = bandwidth.unsqueeze(1);
    Tensor phase = frequency.unsqueeze(1).mul(t);
    Tensor x = fb.mul(t).div(m.add(new Scalar(EPSILON)));
    Tensor sinc = where(x.eq(new Scalar(0f)), ones_like(x), x.sin().div(x));
    // A real number to a real power: what is below zero turns by π m.
    Tensor size = sinc.square().pow(m.mul(new Scalar(0.5)));
    Tensor turn = sinc.new_zeros(sinc.shape()).atan2(sinc).mul(m);
    Tensor scale = fb.sqrt();
    Tensor winReal = size.mul(turn.cos());
    Tensor winImaginary = size.mul(turn.sin());
    // Not of the difference of the angles: that of high bins has few digits left.
    Tensor cosine = phase.cos();
    Tensor sine = phase.sin();
    Scalar norm = new Scalar(Math.sqrt(length));
    Tensor real = winReal.mul(cosine).add(winImaginary.mul(sine)).mul(scale).div(norm);
    Tensor imaginary = winImaginary.mul(cosine).sub(winReal.mul(sine)).mul(scale).div(norm);
    Tensor re = torch.linear(frames, real, Tensors.NONE);
    Tensor im = torch.linear(frames, imaginary, Tensors.NONE);
    return re.square().add(im.square());
  }
}
