package kinetone.spectral;

import kinetone.tensor.DeviceConstant;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Mel spectrograms of sound; differentiable. Holds its filters, so make it outside of scopes. */
public final class MelSpectrogram implements AutoCloseable {
  private final MelSpectrogramConfig config;
  private final Stft stft;
  private final Tensor filters;
  private final DeviceConstant placed;

  /** Computes the filters. */
  public MelSpectrogram(MelSpectrogramConfig config) {
    this.config = config;
    stft = new Stft(config.stft());
    filters = MelFilters.of(config.mel()).t().contiguous();
    filters.retainReference();
    placed = new DeviceConstant(() -> filters);
  }

  /** (B, frames, bands) of sound (B, samples). */
  public Tensor of(Tensor sound) {
    return of(sound, 0);
  }

  /**
   * (B, frames, bands) of sound (B, samples).
   *
   * @param epsilon added to |X|², for gradients in silence
   */
  public Tensor of(Tensor sound, double epsilon) {
    Tensor power = stft.power(sound);
    if (epsilon > 0) {
      power = power.add(new Scalar(epsilon));
    }
    Tensor spectrum = config.power() == 2 ? power : power.pow(new Scalar(config.power() / 2));
    return spectrum.matmul(placed.like(sound));
  }

  @Override
  public void close() {
    filters.releaseReference();
  }
}
