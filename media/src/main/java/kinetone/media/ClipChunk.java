package kinetone.media;

/** The next piece of a clip that is read from front to back. */
public sealed interface ClipChunk {
  /**
   * One picture.
   *
   * @param index number k of the picture, counted from 0; shown from k / frame rate seconds
   * @param rgb {@code height * width * 3} bytes in the order (row, column, R G B); consecutive
   *     pictures may share one array, treat as read-only
   */
  record Frame(long index, byte[] rgb) implements ClipChunk {}

  /**
   * Sound that follows without a gap on the sound before it.
   *
   * @param start number of the first sample, counted from 0
   * @param samples (channel, sample), nominally in [−1, 1]
   */
  record Samples(long start, float[][] samples) implements ClipChunk {}
}
