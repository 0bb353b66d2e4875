package kinetone.diffusion.loss;

/** How elements of different modalities add up to one loss. */
public enum Weighting {
  /** One mean over all elements of all modalities: the larger latent weighs more (MoNL). */
  ALL_ELEMENTS,
  /** The mean of each modality, summed (MM-Diffusion, UniForm: L_v + L_a). */
  SUM_OF_MODALITIES
}
