package kinetone.media;

import java.nio.file.Path;
import kinetone.common.KinetoneException;

/** Reads the headers of a file just written and compares them with what was meant. */
final class WrittenFile {
  /** Samples in a block of AAC: the container may count the filling of the last one. */
  private static final int AAC_BLOCK = 1024;

  private WrittenFile() {}

  static void verifyMp4(Path written, Path target, Clip clip) {
    MediaInfo info = probe(written);
    clip.video().ifPresent(video -> verifyVideo(target, video, info));
    clip.audio().ifPresent(audio -> verifyAudio(target, audio, info, AAC_BLOCK));
  }

  static void verifyLossless(Path written, Path target, Audio audio) {
    verifyAudio(target, audio, probe(written), 0);
  }

  private static MediaInfo probe(Path written) {
    Limits none = new Limits(Long.MAX_VALUE, Double.MAX_VALUE, 2, Long.MAX_VALUE);
    return MediaProbe.probe(written, none);
  }

  private static void verifyVideo(Path target, Video video, MediaInfo info) {
    MediaInfo.VideoTrack track =
        info.video().orElseThrow(() -> differs(target, "pictures", video.frames(), "none"));
    int width = PictureEncoder.evenUp(video.width());
    int height = PictureEncoder.evenUp(video.height());
    if (track.width() != width || track.height() != height) {
      throw differs(target, "size", width + "x" + height, track.width() + "x" + track.height());
    }
    if (track.frames() != video.frames()) {
      throw differs(target, "pictures", video.frames(), track.frames());
    }
    if (Math.abs(track.framesPerSecond() / video.framesPerSecond() - 1) > 1e-3) {
      throw differs(target, "frame rate", video.framesPerSecond(), track.framesPerSecond());
    }
  }

  private static void verifyAudio(Path target, Audio audio, MediaInfo info, int tolerance) {
    MediaInfo.AudioTrack track =
        info.audio().orElseThrow(() -> differs(target, "samples", audio.length(), "none"));
    if (track.sampleRate() != audio.sampleRate()) {
      throw differs(target, "sample rate", audio.sampleRate(), track.sampleRate());
    }
    if (track.channels() != audio.channels()) {
      throw differs(target, "channels", audio.channels(), track.channels());
    }
    if (Math.abs(track.samples() - audio.length()) > tolerance) {
      throw differs(target, "samples", audio.length(), track.samples());
    }
  }

  private static KinetoneException differs(Path target, String what, Object meant, Object found) {
    return KinetoneException.internal(
        "%s was not written: %s should be %s but read back as %s", target, what, meant, found);
  }
}
