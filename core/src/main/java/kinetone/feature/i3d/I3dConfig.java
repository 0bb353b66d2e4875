package kinetone.feature.i3d;

import kinetone.common.Check;

/**
 * The form of {@link I3d}.
 *
 * @param classes that it tells apart
 * @param epsilon added to the variance by its normalisations; public code disagrees, and with it
 *     the figures: 1e-3 in the original and in StyleGAN-V's file, 1e-5 in what MM-Diffusion, TATS
 *     and VideoGPT have
 */
public record I3dConfig(int classes, double epsilon) {
  /** MM-Diffusion's: 400 kinds of action of Kinetics, 1e-5. */
  public static final I3dConfig MM_DIFFUSION = new I3dConfig(400, 1e-5);

  /** The original: 400 kinds of action of Kinetics, 1e-3. */
  public static final I3dConfig ORIGINAL = new I3dConfig(400, 1e-3);

  /** Checks the ranges. */
  public I3dConfig {
    Check.atLeast("classes", classes, 1);
    Check.within("epsilon", epsilon, 0, 1);
  }
}
