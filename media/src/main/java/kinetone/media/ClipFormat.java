package kinetone.media;

import kinetone.common.Check;
import kinetone.common.Memory;

/**
 * The geometry of a clip: what a model was trained on, or what a generator shall render. No rate or
 * size is a constant in the code; it comes from here.
 *
 * @param width pixels
 * @param height pixels
 * @param frames pictures
 * @param framesPerSecond Hz
 * @param samples samples per channel
 * @param sampleRate Hz
 */
public record ClipFormat(
    int width, int height, int frames, double framesPerSecond, int samples, int sampleRate) {
  /** Pixels of a side. */
  private static final int LARGEST_SIDE = 8192;

  private static final int MOST_FRAMES = 1_000_000;
  private static final int MOST_SAMPLES = 500_000_000;

  /** A clip is one array of pixels. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

  /** Checks that every number is positive, and that such a clip can be held. */
  public ClipFormat {
    Check.within("width", width, 1, LARGEST_SIDE);
    Check.within("height", height, 1, LARGEST_SIDE);
    Check.within("frames", frames, 1, MOST_FRAMES);
    requireFrameRate(framesPerSecond);
    Check.within("samples", samples, 1, MOST_SAMPLES);
    Check.within("sample rate", sampleRate, 1, ReadOptions.MAX_SAMPLE_RATE);
    double bytes = 3.0 * width * height * frames;
    Check.that(
        bytes <= MOST_BYTES,
        "%d pictures of %dx%d pixels take %s, a clip has at most %s; make them fewer or smaller",
        frames,
        width,
        height,
        Memory.gib(bytes),
        Memory.gib(MOST_BYTES));
  }

  private static void requireFrameRate(double rate) {
    Check.that(
        rate > 0 && rate <= ReadOptions.MAX_FRAME_RATE,
        "frame rate %s must be positive and at most %d",
        rate,
        ReadOptions.MAX_FRAME_RATE);
  }

  /** {@code frames} pictures with exactly as much sound, rounded to a sample. */
  public static ClipFormat of(
      int width, int height, int frames, double framesPerSecond, int sampleRate) {
    requireFrameRate(framesPerSecond);
    double samples = Math.min(MOST_SAMPLES + 1.0, frames / framesPerSecond * sampleRate);
    return new ClipFormat(
        width, height, frames, framesPerSecond, (int) Math.round(samples), sampleRate);
  }

  /** Bytes of such a clip as 32-bit numbers, as networks take it. */
  public double tensorBytes() {
    return Float.BYTES * (3.0 * width * height * frames + samples);
  }

  /** Length of the picture track in seconds. */
  public double videoSeconds() {
    return frames / framesPerSecond;
  }

  /** Length of the sound track in seconds. */
  public double audioSeconds() {
    return samples / (double) sampleRate;
  }
}
