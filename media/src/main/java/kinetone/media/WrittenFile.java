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
    clip.audio()
        .ifPresent(
            a ->
                verifyAudio(
                    target,
                    a.sampleRate(),
                    a.channels(),
                    a.length(),
                    track(target, info),
                    AAC_BLOCK));
  }

  /** Lossless sound alone. */
  static void verifySound(Path written, Path target, int sampleRate, int channels, long samples) {
    verifyAudio(target, sampleRate, channels, samples, track(target, probe(written)), 0);
  }

  /**
   * Copied pictures and new sound. Pictures that read back otherwise than they were read contradict
   * their own headers: that is the input's fault.
   *
   * @param video the file of the pictures
   * @param source what the headers of the pictures' file say
   * @param packets number of copied pictures
   * @param counts whether the container counts pictures and samples
   */
  static void verifyCopy(
      Path written,
      Path target,
      Path video,
      MediaInfo.VideoTrack source,
      long packets,
      int sampleRate,
      int channels,
      long samples,
      boolean counts) {
    MediaInfo info = probe(written);
    MediaInfo.VideoTrack copy =
        info.video().orElseThrow(() -> contradicts(video, "pictures", packets, "none"));
    if (!copy.codec().equals(source.codec())) {
      throw contradicts(video, "codec", source.codec(), copy.codec());
    }
    if (copy.width() != source.width() || copy.height() != source.height()) {
      throw contradicts(
          video,
          "size",
          source.width() + "x" + source.height(),
          copy.width() + "x" + copy.height());
    }
    if (counts && copy.frames() != packets) {
      throw contradicts(video, "pictures", packets, copy.frames());
    }
    // Without a count the length is that of the longer track.
    int tolerance = counts ? AAC_BLOCK : Integer.MAX_VALUE;
    verifyAudio(target, sampleRate, channels, samples, track(target, info), tolerance);
  }

  private static MediaInfo.AudioTrack track(Path target, MediaInfo info) {
    return info.audio().orElseThrow(() -> differs(target, "sound", "there", "missing"));
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

  private static void verifyAudio(
      Path target,
      int sampleRate,
      int channels,
      long samples,
      MediaInfo.AudioTrack track,
      int tolerance) {
    if (track.sampleRate() != sampleRate) {
      throw differs(target, "sample rate", sampleRate, track.sampleRate());
    }
    if (track.channels() != channels) {
      throw differs(target, "channels", channels, track.channels());
    }
    if (Math.abs(track.samples() - samples) > tolerance) {
      throw differs(target, "samples", samples, track.samples());
    }
  }

  private static KinetoneException contradicts(
      Path video, String what, Object meant, Object found) {
    return KinetoneException.user(
        "%s is damaged: its pictures cannot be copied (%s %s, copied %s); convert it anew",
        video, what, meant, found);
  }

  private static KinetoneException differs(Path target, String what, Object meant, Object found) {
    return KinetoneException.internal(
        "%s was not written: %s should be %s but read back as %s", target, what, meant, found);
  }
}
