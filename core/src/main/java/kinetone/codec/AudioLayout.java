package kinetone.codec;

import java.util.OptionalInt;

/**
 * The latents (B, L, C) or (B, L, F, C) of sound.
 *
 * @param time how they lie in time, in samples
 * @param sampleRate Hz, where the codec is for one rate only
 * @param frequencies F; empty where latents have no axis of frequency
 * @param channels C
 */
public record AudioLayout(
    TimeLayout time, OptionalInt sampleRate, OptionalInt frequencies, int channels)
    implements Layout {
  /** The latent (L) or (L, F) of a sound. */
  public int[] latent(int samples) {
    int length = time.latents(samples);
    return frequencies.isPresent()
        ? new int[] {length, frequencies.getAsInt()}
        : new int[] {length};
  }
}
