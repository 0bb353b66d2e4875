package kinetone.system.monl;

/** How the network learns of what is given: Kim et al. 2024 and the baselines they compare with. */
public enum Conditioning {
  /** Given latents enter clean, at noise level 0, as a mixture of noise levels was trained. */
  CONDITION,
  /**
   * Given latents enter noised to the level of the generated ones ({@link
   * kinetone.diffusion.guidance.Replacement}); for networks trained on one level only.
   */
  REPLACEMENT,
  /**
   * As {@link #REPLACEMENT}, and gradients pull each step towards what is given ({@link
   * kinetone.diffusion.guidance.ReconstructionGuidance}, in the paper's form).
   */
  RECONSTRUCTION
}
