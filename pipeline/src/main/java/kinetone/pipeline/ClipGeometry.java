package kinetone.pipeline;

import kinetone.common.Check;
import kinetone.diffusion.task.SegmentMap;
import kinetone.media.ClipFormat;

/**
 * How the latents of a clip lie in time.
 *
 * @param format the clip
 * @param videoLatents time positions of the picture latent: the first covers one frame, each later
 *     one the same number of frames (causal codecs)
 * @param audioLatents time positions of the sound latent, the last perhaps padded
 * @param hop samples of one sound latent
 */
public record ClipGeometry(ClipFormat format, int videoLatents, int audioLatents, int hop) {
  /** Checks that the frames divide over the latents. */
  public ClipGeometry {
    Check.that(
        (videoLatents == 1 && format.frames() == 1)
            || (videoLatents > 1 && (format.frames() - 1) % (videoLatents - 1) == 0),
        "%d frames do not make 1 + k latents, %d in all",
        format.frames(),
        videoLatents);
    Check.that(
        audioLatents == (format.samples() + hop - 1) / hop,
        "%d samples at %d per latent do not make %d latents",
        format.samples(),
        hop,
        audioLatents);
  }

  /** Frames of every picture latent but the first. */
  public int framesPerLatent() {
    return videoLatents == 1 ? 1 : (format.frames() - 1) / (videoLatents - 1);
  }

  /** Which sound latent belongs to which picture latent. */
  public SegmentMap segments() {
    return new SegmentMap(
        videoLatents,
        1,
        framesPerLatent(),
        format.framesPerSecond(),
        audioLatents,
        hop / (double) format.sampleRate());
  }
}
