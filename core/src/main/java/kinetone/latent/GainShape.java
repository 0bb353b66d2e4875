package kinetone.latent;

import kinetone.common.Check;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Splits each latent vector into the logarithms of its bands' levels and their directions, as
 * speech codecs split gain and shape (Sabin and Gray 1984; CELT). Waveform latents swing around
 * zero: silence and an impact have the same mean, and what tells them apart, the level, is a heavy
 * tail (kurtosis 25 to 100 on sounding scenes). A diffusion model on such latents learns loudness
 * last. As numbers of their own the levels are smooth in time and their expectation follows what is
 * seen. Exactly invertible; not part of AVDiT, whose latents are used as they are.
 *
 * @param bands neighbouring channels are grouped into this many bands; divides the channels
 * @param floor level of the codec's own noise, below which nothing is told apart
 * @param emphasis standard deviation of standardised levels, where shapes have 1: above 1, levels
 *     stand out of more noise, so that sampling decides them first, and count more in the loss
 */
public record GainShape(int bands, double floor, double emphasis) {
  /** Logarithm of the largest level that is restored, far above any sound's. */
  private static final double LOUDEST = 5;

  /** Checks the ranges. */
  public GainShape {
    Check.atLeast("gainShape.bands", bands, 1);
    Check.that(floor > 0, "gainShape.floor = %s, must be positive", floor);
    Check.that(emphasis > 0, "gainShape.emphasis = %s, must be positive", emphasis);
  }

  /** (..., C) to (..., bands + C): log √(mean square + floor²) of each band, then z over it. */
  public Tensor analyse(Tensor latent) {
    Tensor grouped = grouped(latent, latent.size(-1));
    Tensor level =
        grouped
            .square()
            .mean(new long[] {-1}, true, new ScalarTypeOptional())
            .add(new Scalar(floor * floor))
            .sqrt();
    Tensor shape = grouped.div(level).flatten(-2, -1);
    return torch.cat(new TensorVector(level.log().squeeze(-1), shape), -1);
  }

  /** The inverse of {@link #analyse}: (..., bands + C) to (..., C). */
  public Tensor synthesise(Tensor split) {
    long channels = split.size(-1) - bands;
    Tensor level = split.narrow(-1, 0, bands).clamp_max(new Scalar(LOUDEST)).exp().unsqueeze(-1);
    return grouped(split.narrow(-1, bands, channels), channels).mul(level).flatten(-2, -1);
  }

  private Tensor grouped(Tensor latent, long channels) {
    Check.divisible("latent channels", (int) channels, "gainShape.bands", bands);
    return latent.unflatten(-1, bands, channels / bands);
  }
}
