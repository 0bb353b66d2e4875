package kinetone.pipeline;

import kinetone.common.Check;
import kinetone.media.ClipFormat;

/**
 * How a long video is cut into overlapping windows of a model's length: window w shows the pictures
 * from {@code w * hopFrames} on.
 *
 * @param format of one window
 * @param hopFrames pictures from one window to the next
 */
public record WindowGrid(ClipFormat format, int hopFrames) {
  private static final double SLACK = 1e-6;

  /** Checks the hop. */
  public WindowGrid {
    Check.within("window hop", hopFrames, 1, format.frames());
  }

  /** Windows that overlap by a quarter, for sounds that are crossfaded. */
  public static WindowGrid overlapping(ClipFormat format) {
    int frames = format.frames();
    return new WindowGrid(format, Math.max(1, frames - (frames + 3) / 4));
  }

  /** Seconds from one window to the next. */
  public double hopSeconds() {
    return hopFrames / format.framesPerSecond();
  }

  /** The sample at which window {@code w} begins. */
  public long startSample(long w) {
    return Math.round(w * hopSeconds() * format.sampleRate());
  }

  /** Seconds that one window can fill with sound. */
  double longest() {
    return Math.max(format.videoSeconds(), format.audioSeconds()) + SLACK;
  }

  /** Windows that a video of this length needs. */
  public long count(double seconds) {
    return 1 + (long) Math.ceil(Math.max(0, seconds - longest()) / hopSeconds());
  }
}
