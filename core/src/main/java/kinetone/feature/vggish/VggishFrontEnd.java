package kinetone.feature.vggish;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;

import kinetone.mel.WarpedFilterBank;
import kinetone.spectral.Stft;
import kinetone.spectral.StftConfig;
import kinetone.tensor.DeviceConstant;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * What {@link Vggish} hears: log mel spectrograms of 16 kHz sound, ln(x + 0.01) of 64 bands from
 * 125 to 7500 Hz, windows of 25 ms every 10 ms, without padding at the ends, cut into examples of
 * 96 frames; what is left over is not heard (AudioSet's {@code vggish_input.py}).
 */
public final class VggishFrontEnd {
  /** Hz. */
  public static final int SAMPLE_RATE = 16_000;

  /** Samples of the shortest sound that gives an example. */
  public static final int SHORTEST = 15_600;

  static final int FRAMES = 96;
  static final int BANDS = 64;

  private static final int FFT_LENGTH = 512;
  private static final int WINDOW = 400;
  private static final int HOP = 160;
  private static final double OFFSET = 0.01;

  private final Stft stft =
      new Stft(new StftConfig(FFT_LENGTH, WINDOW, HOP, StftConfig.Padding.NONE));
  private final DeviceConstant filters = new DeviceConstant(VggishFrontEnd::filters);

  /** (bins, bands). */
  private static Tensor filters() {
    double[][] weights = new WarpedFilterBank(SAMPLE_RATE, FFT_LENGTH, BANDS, 125, 7500).weights();
    int bins = FFT_LENGTH / 2 + 1;
    float[] turned = new float[bins * BANDS];
    for (int bin = 0; bin < bins; bin++) {
      for (int band = 0; band < BANDS; band++) {
        turned[bin * BANDS + band] = (float) weights[band][bin];
      }
    }
    return Tensors.of(turned, bins, BANDS);
  }

  /**
   * Examples (n, 96, 64) of one sound.
   *
   * @param sound (1, samples), at least {@link #SHORTEST}
   */
  public Tensor examples(Tensor sound) {
    Tensors.requireShape("sound", sound, 1, -1);
    // The transform is longer than the window: the first window begins with the first sample.
    long beside = (FFT_LENGTH - WINDOW) / 2;
    Tensor padded = constant_pad_nd(sound, beside, beside);
    Tensor mel = stft.magnitude(padded, 0).matmul(filters.like(sound));
    Tensor log = mel.add(new Scalar(OFFSET)).log();
    long examples = log.size(1) / FRAMES;
    return log.narrow(1, 0, examples * FRAMES).reshape(examples, FRAMES, BANDS);
  }
}
