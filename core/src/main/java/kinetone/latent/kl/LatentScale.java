package kinetone.latent.kl;

import java.util.Arrays;
import kinetone.common.Check;
import kinetone.latent.LatentStatistics;

/**
 * The one factor by which published latent diffusion models multiply latents, where our own codecs
 * have statistics per channel. It becomes the {@link LatentStatistics} that are stored with the
 * weights: mean 0 and deviation 1 / factor.
 *
 * @param factor diffusion sees latent · factor
 */
public record LatentScale(double factor) {
  /** Stable Diffusion. */
  public static final LatentScale SD = new LatentScale(0.18215);

  /** AudioLDM ({@code audioldm-s-full-v2}): one over the deviation of its latents. */
  public static final LatentScale AUDIOLDM = new LatentScale(0.9227914214134216);

  /**
   * The released MDSGen. Its code divides generated latents by {@code vae_scale_factor}, which is
   * not AudioLDM's factor but the positions per latent, 4; the weights know latents of that size.
   */
  public static final LatentScale MDSGEN_RELEASE = new LatentScale(4);

  /** Checks that the factor is positive. */
  public LatentScale {
    Check.that(
        factor > 0 && Double.isFinite(factor), "latent scale = %s, must be positive", factor);
  }

  /** Statistics for latents of {@code channels} channels that standardise by this factor. */
  public LatentStatistics statistics(int channels) {
    float[] deviation = new float[channels];
    Arrays.fill(deviation, (float) (1 / factor));
    return new LatentStatistics(new float[channels], deviation);
  }
}
