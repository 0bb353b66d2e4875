package kinetone.feature.kind;

import static org.bytedeco.pytorch.global.torch.adaptive_avg_pool2d;
import static org.bytedeco.pytorch.global.torch.upsample_bilinear2d;

import kinetone.common.Check;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What is done to clips in training, so that a classifier does not learn that everything is clean:
 * codecs blur, and what is generated is a little noisy. Strengths are drawn anew for each batch.
 *
 * @param gain signals are multiplied by something between 1 / (1 + gain) and 1 + gain
 * @param blur maps are averaged down to a share of their size between this and 1, and stretched
 *     back; 1 is no blur
 * @param noise largest standard deviation of white noise that is added, in units of the signal
 * @param equaliser largest standard deviation of a smooth curve over bands, drawn for each clip,
 *     that is added to its spectrogram, in units of the spectrogram; codecs colour what they code
 * @param speckle largest standard deviation of white noise that is added to spectrograms, likewise;
 *     codecs invent what they cannot keep
 */
public record KindAugmentation(
    double gain, double blur, double noise, double equaliser, double speckle) {
  /** Clips as they are. */
  public static final KindAugmentation NONE = new KindAugmentation(0, 1, 0, 0, 0);

  /** Values of the equaliser's curve, which is straight between them. */
  private static final int CORNERS = 6;

  /** Checks the ranges. */
  public KindAugmentation {
    Check.within("augmentation.gain", gain, 0, 10);
    Check.within("augmentation.blur", blur, 0.05, 1);
    Check.within("augmentation.noise", noise, 0, 1);
    Check.within("augmentation.equaliser", equaliser, 0, 100);
    Check.within("augmentation.speckle", speckle, 0, 100);
  }

  /** Pictures (B, T, H, W, 3) in [0, 1], brighter or darker, blurred and noisy. */
  public Tensor pictures(Tensor pictures, Rng rng) {
    Tensor flat = pictures.flatten(0, 1).permute(0, 3, 1, 2);
    Tensor blurred = blurred(scaled(flat, rng), rng).permute(0, 2, 3, 1);
    return noisy(blurred.unflatten(0, -1, pictures.size(1)), noise, rng)
        .clamp(new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(1.0)));
  }

  /** Sound (B, samples), louder or quieter, and noisy. */
  public Tensor sound(Tensor sound, Rng rng) {
    return noisy(scaled(sound, rng), noise, rng);
  }

  /** Spectrograms (B, frames, bands), blurred, coloured and speckled. */
  public Tensor spectrograms(Tensor mel, Rng rng) {
    Tensor blurred = blurred(mel.unsqueeze(1), rng).squeeze(1);
    double colour = equaliser * rng.nextDouble();
    Tensor corners = rng.normal(mel.size(0), 1, 1, CORNERS).mul(new Scalar(colour));
    Tensor curve = upsample_bilinear2d(corners, new long[] {1, mel.size(2)}, true).squeeze(1);
    return noisy(blurred.add(curve.to(mel.device(), ScalarType.Float)), speckle, rng);
  }

  private Tensor scaled(Tensor signal, Rng rng) {
    double exponent = 2 * rng.nextDouble() - 1;
    return signal.mul(new Scalar(Math.pow(1 + gain, exponent)));
  }

  private Tensor blurred(Tensor maps, Rng rng) {
    double share = 1 - (1 - blur) * rng.nextDouble();
    long height = maps.size(2);
    long width = maps.size(3);
    long low = Math.max(1, Math.round(share * height));
    long narrow = Math.max(1, Math.round(share * width));
    if (low == height && narrow == width) {
      return maps;
    }
    Tensor small = adaptive_avg_pool2d(maps.contiguous(), low, narrow);
    return upsample_bilinear2d(small, new long[] {height, width}, false);
  }

  private static Tensor noisy(Tensor signal, double most, Rng rng) {
    double deviation = most * rng.nextDouble();
    if (deviation == 0) {
      return signal;
    }
    Tensor drawn = rng.normal(signal.shape()).to(signal.device(), ScalarType.Float);
    return signal.add(drawn.mul(new Scalar(deviation)));
  }
}
