package kinetone.spectral;

import kinetone.mel.MelFilterBank;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** Mel filters as a tensor. */
public final class MelFilters {
  private MelFilters() {}

  /** The weights of a bank, float32 (bands, bins). */
  public static Tensor of(MelFilterBank bank) {
    double[][] rows = bank.weights();
    float[] weights = new float[bank.bands() * bank.bins()];
    for (int band = 0; band < bank.bands(); band++) {
      for (int bin = 0; bin < bank.bins(); bin++) {
        weights[band * bank.bins() + bin] = (float) rows[band][bin];
      }
    }
    return Tensors.of(weights, bank.bands(), bank.bins());
  }
}
