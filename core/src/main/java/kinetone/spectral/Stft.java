package kinetone.spectral;

import static org.bytedeco.pytorch.global.torch.hann_window;

import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** Short-time Fourier transform of sound; differentiable. */
public final class Stft {
  private final StftConfig config;

  /** A transform of the given shape. */
  public Stft(StftConfig config) {
    this.config = config;
  }

  /** Real and imaginary parts, (B, fftLength/2 + 1, frames, 2), of sound (B, samples). */
  public Tensor of(Tensor sound) {
    boolean centre = config.padding() != StftConfig.Padding.NONE;
    Tensor window = hann_window(config.windowLength()).to(sound.device(), sound.scalar_type());
    Tensor spectrum =
        sound.stft(
            config.fftLength(),
            new LongOptional(config.hop()),
            new LongOptional(config.windowLength()),
            new TensorOptional(window),
            centre,
            centre ? config.padding().torchName() : "reflect",
            false,
            new BoolOptional(true),
            new BoolOptional(true),
            new BoolOptional());
    return org.bytedeco.pytorch.global.torch.view_as_real(spectrum);
  }

  /** |X|², (B, frames, fftLength/2 + 1), of sound (B, samples). */
  public Tensor power(Tensor sound) {
    return of(sound).square().sum(-1).transpose(1, 2);
  }

  /**
   * √(|X|² + {@code epsilon}), (B, frames, fftLength/2 + 1). A positive {@code epsilon} keeps the
   * gradient finite in silence.
   */
  public Tensor magnitude(Tensor sound, double epsilon) {
    return power(sound).add(new Scalar(epsilon)).sqrt();
  }
}
