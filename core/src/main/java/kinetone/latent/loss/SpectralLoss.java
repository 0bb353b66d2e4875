package kinetone.latent.loss;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.l1_loss;

import java.util.ArrayList;
import java.util.List;
import kinetone.mel.MelFilterBank;
import kinetone.mel.MelScale;
import kinetone.spectral.MelFilters;
import kinetone.spectral.Stft;
import kinetone.spectral.StftConfig;
import kinetone.tensor.DeviceConstant;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Multi-scale spectral loss of sound (B, samples): per window, the mean absolute error of
 * magnitudes plus the frame-wise root mean square error of log magnitudes (Zeghidour et al. 2021,
 * eq. 4, with means in place of sums), averaged over windows. Windows longer than twice the signal
 * are left out.
 */
public final class SpectralLoss implements ReconstructionLoss {
  private static final double POWER_EPSILON = 1e-8;
  private static final double SQUARE_EPSILON = 1e-8;
  private final SpectralLossConfig config;
  private final List<Scale> scales = new ArrayList<>();

  /** One window length; filters map bins to bands and carry the normalisation. */
  private record Scale(int window, Stft stft, double gain, DeviceConstant filters) {}

  /** Prepares the windows. */
  public SpectralLoss(SpectralLossConfig config) {
    this.config = config;
    for (int window : config.windows()) {
      // A periodic Hann window has energy 3/8 of its length.
      double gain = 1 / Math.sqrt(0.375 * window);
      int bands = Math.min(config.melBands(), window / 4);
      DeviceConstant filters = bands == 0 ? null : filters(window, bands);
      scales.add(new Scale(window, new Stft(StftConfig.of(window, window / 4)), gain, filters));
    }
  }

  @Override
  public Tensor of(Tensor signal, Tensor reconstruction) {
    Tensor both = cat(new TensorVector(reconstruction, signal), 0);
    Tensor total = signal.new_zeros(1).sum();
    int used = 0;
    for (Scale scale : scales) {
      if (scale.window() / 2 < signal.size(1)) {
        total = total.add(of(both, scale));
        used++;
      }
    }
    return used == 0 ? total : total.mul(new Scalar(1.0 / used));
  }

  private Tensor of(Tensor both, Scale scale) {
    Tensor power = scale.stft().power(both).mul(new Scalar(scale.gain() * scale.gain()));
    Tensor magnitude = power.add(new Scalar(POWER_EPSILON)).sqrt();
    if (scale.filters() != null) {
      magnitude = magnitude.matmul(scale.filters().like(both));
    }
    Tensor linear = l1_loss(first(magnitude), second(magnitude));
    Tensor log = magnitude.add(new Scalar(config.floor())).log();
    Tensor difference = first(log).sub(second(log));
    Tensor rms =
        difference
            .square()
            .mean(new long[] {-1}, false, new org.bytedeco.pytorch.ScalarTypeOptional())
            .add(new Scalar(SQUARE_EPSILON));
    double alpha = config.scaleLog() ? Math.sqrt(scale.window() / 2.0) : 1;
    return linear
        .mul(new Scalar(config.linearWeight()))
        .add(rms.sqrt().mean().mul(new Scalar(alpha * config.logWeight())));
  }

  private static Tensor first(Tensor both) {
    return both.narrow(0, 0, both.size(0) / 2);
  }

  private static Tensor second(Tensor both) {
    return both.narrow(0, both.size(0) / 2, both.size(0) / 2);
  }

  private DeviceConstant filters(int window, int bands) {
    MelFilterBank bank =
        new MelFilterBank(
            config.sampleRate(),
            window,
            bands,
            0,
            config.sampleRate() / 2.0,
            MelScale.HTK,
            MelFilterBank.Norm.PEAK);
    return new DeviceConstant(() -> MelFilters.of(bank).t().contiguous());
  }
}
