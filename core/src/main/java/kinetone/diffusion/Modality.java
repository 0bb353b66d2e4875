package kinetone.diffusion;

/** What a latent shows or sounds like. */
public enum Modality {
  /** Picture latents, (B, T, H, W, C). */
  VIDEO,
  /** Sound latents, (B, L, C) for waveform codecs or (B, L, F, C) for spectrogram codecs. */
  AUDIO
}
