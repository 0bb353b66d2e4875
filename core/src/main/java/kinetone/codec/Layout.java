package kinetone.codec;

import kinetone.common.Check;

/** What the latents of a codec look like and how they lie in time, known without its weights. */
public sealed interface Layout permits VideoLayout, AudioLayout {
  /** How latents lie in time: pictures count frames, sound counts samples. */
  TimeLayout time();

  /** Channels C of the codec's latents. */
  int channels();

  /** Requires that {@code latents} latents stand for at least {@code length} frames or samples. */
  default void requireReach(long latents, long length) {
    long end = time().boundary(Math.toIntExact(latents));
    Check.that(
        length >= 0 && length <= end,
        "%d latents stand for %d frames or samples, but %d are wanted",
        latents,
        end,
        length);
  }
}
