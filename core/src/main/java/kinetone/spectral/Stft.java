package kinetone.spectral;

import static org.bytedeco.pytorch.global.torch.hann_window;
import static org.bytedeco.pytorch.global.torch.reflection_pad1d;
import static org.bytedeco.pytorch.global.torch.view_as_complex;
import static org.bytedeco.pytorch.global.torch.view_as_real;

import kinetone.common.Check;
import kinetone.tensor.DeviceConstant;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** Short-time Fourier transform of sound; differentiable. */
public final class Stft {
  private final StftConfig config;
  private final DeviceConstant window;

  /** A transform of the given shape. */
  public Stft(StftConfig config) {
    this.config = config;
    window = new DeviceConstant(() -> hann_window(config.windowLength()));
  }

  /** Real and imaginary parts, (B, fftLength/2 + 1, frames, 2), of sound (B, samples). */
  public Tensor of(Tensor sound) {
    boolean centre = config.padding().centred();
    Tensor seen =
        config.padding() == StftConfig.Padding.REFLECT_WHOLE_HOPS
            ? reflection_pad1d(sound, config.hopPadding(), config.hopPadding())
            : sound;
    Tensor spectrum =
        seen.stft(
            config.fftLength(),
            new LongOptional(config.hop()),
            new LongOptional(config.windowLength()),
            new TensorOptional(window.like(sound)),
            centre,
            centre ? config.padding().torchName() : "reflect",
            false,
            new BoolOptional(true),
            new BoolOptional(true),
            new BoolOptional());
    return view_as_real(spectrum);
  }

  /**
   * The sound (B, (frames − 1) · hop) whose transform is nearest to {@code spectrum} (B, bins,
   * frames, 2) in the least squares sense (Griffin and Lim 1984, eq. 6): frames overlap and add,
   * divided by the sum of squared windows.
   */
  public Tensor inverse(Tensor spectrum) {
    Check.that(
        config.padding().centred(),
        "padding = %s, must be REFLECT or ZEROS for an inverse transform",
        config.padding());
    return view_as_complex(spectrum.contiguous())
        .istft(
            config.fftLength(),
            new LongOptional(config.hop()),
            new LongOptional(config.windowLength()),
            new TensorOptional(window.like(spectrum)),
            true,
            false,
            new BoolOptional(true),
            new LongOptional(),
            false);
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
