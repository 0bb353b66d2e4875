package kinetone.codec;

/** What the latents of a codec look like and how they lie in time, known without its weights. */
public sealed interface Layout permits VideoLayout, AudioLayout {
  /** How latents lie in time: pictures count frames, sound counts samples. */
  TimeLayout time();

  /** Channels C of the codec's latents. */
  int channels();
}
