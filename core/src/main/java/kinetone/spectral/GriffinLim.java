package kinetone.spectral;

import static org.bytedeco.pytorch.global.torch.stack;

import kinetone.common.Check;
import kinetone.tensor.Carried;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Sound from magnitudes alone: phases that fit each other are sought by going back and forth
 * between spectrum and sound (Griffin and Lim 1984), with momentum (Perraudin et al. 2013), as
 * {@code librosa.griffinlim}.
 *
 * @param stft the transform, centred
 * @param iterations how often
 * @param momentum of the phases; 0 for the original algorithm
 */
public record GriffinLim(StftConfig stft, int iterations, double momentum) {
  private static final double TINY = 1e-30;

  /** Checks the ranges. */
  public GriffinLim {
    Check.atLeast("iterations", iterations, 0);
    Check.atLeast("momentum", momentum, 0);
  }

  /** librosa's defaults: 32 iterations, momentum 0.99. */
  public static GriffinLim of(StftConfig stft) {
    return new GriffinLim(stft, 32, 0.99);
  }

  /**
   * Sound (B, (frames − 1) · hop) of magnitudes (B, frames, bins), from phases drawn uniformly from
   * {@code rng}.
   */
  public Tensor sound(Tensor magnitude, Rng rng) {
    Tensor turns = rng.uniform(magnitude.shape()).to(magnitude.device(), magnitude.scalar_type());
    return sound(magnitude, turns.mul(new Scalar(2 * Math.PI)));
  }

  /** The same from given phases (B, frames, bins) in radians. */
  public Tensor sound(Tensor magnitude, Tensor phase) {
    Tensors.requireShape("magnitude", magnitude, -1, -1, stft.bins());
    Tensors.requireShape("phase", phase, magnitude.shape());
    Stft transform = new Stft(stft);
    Scalar inertia = new Scalar(momentum / (1 + momentum));
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor size = magnitude.transpose(1, 2).unsqueeze(-1);
      Tensor angle = phase.transpose(1, 2);
      Tensor first = stack(new TensorVector(angle.cos(), angle.sin()), -1).mul(size);
      try (Carried spectrum = Carried.of(first);
          Carried before = Carried.of(first.mul(new Scalar(0.0)))) {
        for (int i = 0; i < iterations; i++) {
          try (TensorScope turn = TensorScope.open()) {
            Tensor rebuilt = transform.of(transform.inverse(spectrum.get()));
            Tensor ahead = rebuilt.sub(before.get().mul(inertia));
            Tensor length = ahead.square().sum(-1).unsqueeze(-1).sqrt();
            spectrum.advance(ahead.div(length.add(new Scalar(TINY))).mul(size));
            before.advance(rebuilt);
          }
        }
        return scope.keep(transform.inverse(spectrum.get()));
      }
    }
  }
}
