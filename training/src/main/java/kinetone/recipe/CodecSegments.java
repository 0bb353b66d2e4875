package kinetone.recipe;

import java.nio.file.Path;
import kinetone.codec.Codecs;
import kinetone.diffusion.task.SegmentMap;
import kinetone.media.ClipFormat;
import kinetone.signal.ClipGeometry;

/** How the latents of two codecs lie in the time of clips. */
final class CodecSegments {
  private CodecSegments() {}

  /**
   * The segments of clips of {@code format}.
   *
   * @param videoCodec folder of the codec of pictures
   * @param audioCodec folder of the codec of sound
   */
  static SegmentMap of(ClipFormat format, String videoCodec, String audioCodec) {
    return new ClipGeometry(
            format,
            Codecs.describeVideo(Path.of(videoCodec)).layout().time(),
            Codecs.describeAudio(Path.of(audioCodec)).layout().time())
        .segments();
  }
}
