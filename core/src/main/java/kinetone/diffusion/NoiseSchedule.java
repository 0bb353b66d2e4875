package kinetone.diffusion;

/**
 * A discrete variance-preserving noise schedule over timesteps 0..T: z_t = √ᾱ_t x_0 + √(1−ᾱ_t) ε,
 * with ᾱ_0 = 1 (clean). Step t here is index t−1 of the usual zero-based arrays.
 */
public interface NoiseSchedule {
  /** T, the number of noise levels besides the clean one. */
  int steps();

  /** ᾱ_t for {@code t} in 0..T, falling from 1. */
  double alphaBar(int t);

  /** β_t = 1 − ᾱ_t / ᾱ_{t−1} for {@code t} in 1..T. */
  default double beta(int t) {
    return 1 - alphaBar(t) / alphaBar(t - 1);
  }

  /** √ᾱ_t, the share of signal. */
  default double signal(int t) {
    return Math.sqrt(alphaBar(t));
  }

  /** √(1−ᾱ_t), the share of noise. */
  default double noise(int t) {
    return Math.sqrt(1 - alphaBar(t));
  }
}
