package kinetone.diffusion.guidance;

import kinetone.diffusion.Latents;

/** Whether the two passes of a guided step are one batch of twice the examples. */
public enum Batching {
  /**
   * On GPUs, where small batches wait for the start of each kernel. Not on the CPU: nothing is
   * gained there, and sums of other shapes may round otherwise, so that a seed would give other
   * bytes.
   */
  BY_DEVICE,
  /** One batch. */
  JOINED,
  /** Two passes, one after the other. */
  APART;

  boolean joins(Latents noisy) {
    return switch (this) {
      case BY_DEVICE -> noisy.get(noisy.modalities().iterator().next()).is_cuda();
      case JOINED -> true;
      case APART -> false;
    };
  }
}
