package kinetone.diffusion.process;

/**
 * The variance σ² of an ancestral step; the names are those of diffusers' {@code variance_type}.
 */
public enum VarianceType {
  /** β̃, the posterior's. */
  FIXED_SMALL,
  /** β. */
  FIXED_LARGE,
  /** Between the logarithms of both, as the network says (Nichol and Dhariwal 2021, eq. 15). */
  LEARNED_RANGE
}
