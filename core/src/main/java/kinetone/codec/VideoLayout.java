package kinetone.codec;

import kinetone.common.Check;

/**
 * The latents (B, T', H', W', C) of pictures.
 *
 * @param time how they lie in time, in frames
 * @param spaceFactor pixels per latent along height and width
 * @param channels C
 */
public record VideoLayout(TimeLayout time, int spaceFactor, int channels) implements Layout {
  /**
   * The latent (T', H', W') of pictures.
   *
   * @throws kinetone.common.KinetoneException when pictures of this size cannot be coded
   */
  public int[] latent(int frames, int height, int width) {
    Check.that(
        height % spaceFactor == 0 && width % spaceFactor == 0,
        "pictures of %d x %d pixels do not fit the video codec; sides must be multiples of %d",
        width,
        height,
        spaceFactor);
    return new int[] {time.latents(frames), height / spaceFactor, width / spaceFactor};
  }
}
