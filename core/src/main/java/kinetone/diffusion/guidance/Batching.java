package kinetone.diffusion.guidance;

import kinetone.diffusion.Latents;

/** Whether the passes of a guided step are one batch. */
public enum Batching {
  /**
   * On GPUs, where small batches wait for the start of each kernel. Not on the CPU: nothing is
   * gained there, and sums of other shapes may round otherwise, so that a seed would give other
   * bytes.
   */
  BY_DEVICE,
  /** One batch. */
  JOINED,
  /** One pass after the other. */
  APART;

  boolean joins(Latents noisy) {
    return switch (this) {
      case BY_DEVICE -> !noisy.get(noisy.modalities().iterator().next()).is_cpu();
      case JOINED -> true;
      case APART -> false;
    };
  }
}
