package kinetone.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;

/** What every use of FFmpeg's C interface shares. */
final class Ffmpeg {
  /** FFmpeg's "no time stamp". */
  static final long NO_TIME = Long.MIN_VALUE;

  /** FFmpeg's try-again code differs between operating systems. */
  static final int TRY_AGAIN;

  static {
    // The presets class does not load the library that defines its functions.
    Loader.load(org.bytedeco.ffmpeg.global.avutil.class);
    TRY_AGAIN = org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN();
  }

  private Ffmpeg() {}

  /** FFmpeg prints to the console by default; every failure is reported by exception instead. */
  static void silence() {
    av_log_set_level(AV_LOG_QUIET);
  }

  /** FFmpeg's words for an error code. */
  static String describe(int code) {
    byte[] text = new byte[256];
    av_strerror(code, text, text.length);
    int length = 0;
    while (length < text.length && text[length] != 0) {
      length++;
    }
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }

  /** A path as FFmpeg takes it: UTF-8 on every system, and never mistaken for another protocol. */
  static BytePointer url(Path path) {
    return new BytePointer("file:" + path.toAbsolutePath(), StandardCharsets.UTF_8);
  }

  /** The value of a rational, or 0 where FFmpeg leaves it undefined. */
  static double value(AVRational rational) {
    return rational == null || rational.den() == 0 ? 0 : rational.num() / (double) rational.den();
  }
}
