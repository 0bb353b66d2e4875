package kinetone.spectral;

import kinetone.common.Check;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * The logarithm of magnitudes: gain · log(max(x, floor)) + offset.
 *
 * @param base of the logarithm
 * @param floor magnitudes below count as this
 * @param gain factor of the logarithm
 * @param offset added to it
 * @param clipped whether the result is limited to [0, 1]
 */
public record LogCompression(Base base, double floor, double gain, double offset, boolean clipped) {
  /** Bases of logarithms. */
  public enum Base {
    /** Natural. */
    E,
    /** Decimal. */
    TEN
  }

  /** The natural logarithm from 1e-5 on (Tacotron 2, HiFi-GAN, AudioLDM). */
  public static final LogCompression NATURAL = new LogCompression(Base.E, 1e-5, 1, 0, false);

  /** Checks the ranges. */
  public LogCompression {
    Check.that(base != null, "logarithm base is missing");
    Check.that(floor > 0, "floor = %s, must be positive", floor);
    Check.that(
        gain != 0 && Double.isFinite(gain), "gain = %s, must be finite and other than 0", gain);
  }

  /** Compresses magnitudes of any shape. */
  public Tensor apply(Tensor magnitude) {
    Tensor bounded = magnitude.clamp_min(new Scalar(floor));
    Tensor log = base == Base.E ? bounded.log() : bounded.log10();
    Tensor value = log.mul(new Scalar(gain)).add(new Scalar(offset));
    return clipped
        ? value.clamp(new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(1.0)))
        : value;
  }

  /** Magnitudes of compressed values; what was below the floor comes back as the floor. */
  public Tensor undo(Tensor compressed) {
    double naturalGain = base == Base.E ? gain : gain / Math.log(10);
    return compressed.sub(new Scalar(offset)).div(new Scalar(naturalGain)).exp();
  }
}
