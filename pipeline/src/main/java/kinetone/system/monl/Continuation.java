package kinetone.system.monl;

import java.util.Optional;
import kinetone.media.ClipFormat;
import kinetone.signal.ClipGeometry;

/**
 * How one window goes on from the one before with latents of sound: the first {@code givenLatents}
 * of a window are the latents that the window before has from {@code hopLatents} on. What is given
 * fills whole time segments, as in training.
 *
 * @param hopFrames pictures from one window to the next
 * @param hopLatents sound latents from one window to the next, the same time exactly
 * @param givenLatents sound latents at the start of a window that are known already
 */
record Continuation(int hopFrames, int hopLatents, int givenLatents) {
  /** The share of a window's sound that is given at least: less would not carry the sound on. */
  private static final double SHARE = 0.25;

  /**
   * The longest step that gives enough; empty where no step falls on pictures and latents at once.
   */
  static Optional<Continuation> of(ClipGeometry geometry) {
    ClipFormat format = geometry.format();
    long latent = geometry.sound().boundary(1);
    // The last latent may cover padding.
    int whole = (int) (format.samples() / latent);
    int[] segments = geometry.segments().audioSegments();
    for (int frames = format.frames() - 1; frames > 0; frames--) {
      double latents = frames / format.framesPerSecond() * format.sampleRate() / latent;
      int hop = (int) Math.round(latents);
      if (Math.abs(latents - hop) > 1e-9 || hop >= whole) {
        continue;
      }
      int given = whole - hop;
      while (given > 0 && segments[given] == segments[given - 1]) {
        given--;
      }
      if (given >= SHARE * whole) {
        return Optional.of(new Continuation(frames, hop, given));
      }
    }
    return Optional.empty();
  }
}
