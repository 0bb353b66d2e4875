package kinetone.codec;

import kinetone.latent.LatentStatistics;

/**
 * What is known of a codec without its weights.
 *
 * @param layout of its latents
 * @param statistics of its latents
 */
public record CodecDescription(Layout layout, LatentStatistics statistics) {
  /** Channels of the standardised latents. */
  public int channels() {
    return statistics.channels();
  }

  /** The layout of a codec of pictures. */
  public VideoLayout video() {
    return (VideoLayout) layout;
  }

  /** The layout of a codec of sound. */
  public AudioLayout audio() {
    return (AudioLayout) layout;
  }
}
