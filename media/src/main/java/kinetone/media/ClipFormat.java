package kinetone.media;

import kinetone.common.Check;

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
  /** Checks that every number is positive. */
  public ClipFormat {
    Check.atLeast("width", width, 1);
    Check.atLeast("height", height, 1);
    Check.atLeast("frames", frames, 1);
    Check.that(framesPerSecond > 0, "frame rate %s must be positive", framesPerSecond);
    Check.atLeast("samples", samples, 1);
    Check.atLeast("sample rate", sampleRate, 1);
  }

  /** {@code frames} pictures with exactly as much sound, rounded to a sample. */
  public static ClipFormat of(
      int width, int height, int frames, double framesPerSecond, int sampleRate) {
    Check.that(framesPerSecond > 0, "frame rate %s must be positive", framesPerSecond);
    int samples = (int) Math.round(frames / framesPerSecond * sampleRate);
    return new ClipFormat(width, height, frames, framesPerSecond, samples, sampleRate);
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
