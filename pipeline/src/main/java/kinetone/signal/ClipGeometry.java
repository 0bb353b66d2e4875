package kinetone.signal;

import java.util.Arrays;
import kinetone.codec.TimeLayout;
import kinetone.diffusion.task.SegmentMap;
import kinetone.media.ClipFormat;

/**
 * How the latents of a clip lie in time.
 *
 * @param format the clip
 * @param pictures how latents of its pictures lie in time, in frames
 * @param sound how latents of its sound lie in time, in samples
 */
public record ClipGeometry(ClipFormat format, TimeLayout pictures, TimeLayout sound) {
  /** Time positions of the picture latent. */
  public int videoLatents() {
    return pictures.latents(format.frames());
  }

  /** Time positions of the sound latent, the last perhaps padded. */
  public int audioLatents() {
    return sound.latents(format.samples());
  }

  /** Which sound latent belongs to which picture latent. */
  public SegmentMap segments() {
    return new SegmentMap(
        seconds(pictures, videoLatents(), format.framesPerSecond()),
        seconds(sound, audioLatents(), format.sampleRate()));
  }

  private static double[] seconds(TimeLayout layout, int latents, double rate) {
    return Arrays.stream(layout.boundaries(latents)).mapToDouble(b -> b / rate).toArray();
  }
}
