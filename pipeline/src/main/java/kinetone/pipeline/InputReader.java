package kinetone.pipeline;

import java.util.Arrays;
import java.util.Optional;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.ClipReader;
import kinetone.media.Limits;
import kinetone.media.MediaInfo;
import kinetone.media.MediaProbe;
import kinetone.media.SampleCheck;
import kinetone.media.TrackUse;
import kinetone.media.Video;

/** Brings given pictures and sounds into a model's format, and keeps them as they were. */
final class InputReader {
  /** Ends of tracks that differ by less are taken as equal, in seconds. */
  private static final double SLACK = 0.05;

  private final ClipFormat format;
  private final PictureInput pictures;

  InputReader(ClipFormat format, PictureInput pictures) {
    this.format = format;
    this.pictures = pictures;
  }

  /** The picture in the model's format; a shorter one is held on its last frame. */
  Video video(MediaInput input) {
    return held(read(input, 0));
  }

  /** The same with what follows it in the file, as far as the model looks. */
  Given pictures(MediaInput input) {
    Video read = read(input, pictures.context());
    int following = read.frames() - format.frames();
    if (following <= 0) {
      return Given.of(held(read));
    }
    byte[] rgb = read.rgb();
    int size = rgb.length / read.frames();
    byte[] after = Arrays.copyOfRange(rgb, size * format.frames(), rgb.length);
    return new Given(
        Optional.of(held(read)),
        Optional.of(
            new Video(after, following, read.width(), read.height(), format.framesPerSecond())),
        Optional.empty());
  }

  private Video read(MediaInput input, int context) {
    return tracks(input, true, false, context).video().orElseThrow(() -> missing(input, "picture"));
  }

  private Video held(Video read) {
    int size = read.rgb().length / read.frames();
    byte[] rgb = Arrays.copyOf(read.rgb(), size * format.frames());
    for (int frame = read.frames(); frame < format.frames(); frame++) {
      System.arraycopy(read.rgb(), (read.frames() - 1) * size, rgb, frame * size, size);
    }
    return new Video(rgb, format.frames(), read.width(), read.height(), format.framesPerSecond());
  }

  /** The sound in the model's format, one channel; a shorter one is followed by silence. */
  Audio audio(MediaInput input) {
    Audio read = tracks(input, false, true, 0).audio().orElseThrow(() -> missing(input, "sound"));
    float[] samples = Arrays.copyOf(read.toMono().samples()[0], format.samples());
    return Audio.mono(samples, format.sampleRate());
  }

  /** The picture as it is, as long as the model's clips. */
  Video originalVideo(MediaInput input) {
    if (input instanceof MediaInput.File file) {
      return ClipReader.read(
              file.path(),
              ModelInput.interval(format, file, 0).withTracks(TrackUse.REQUIRED, TrackUse.SKIP))
          .video()
          .orElseThrow(() -> missing(input, "picture"));
    }
    return video(input);
  }

  /** The sound as it is, as long as the model's clips. */
  Audio originalAudio(MediaInput input) {
    if (input instanceof MediaInput.File file) {
      return ClipReader.read(
              file.path(),
              ModelInput.interval(format, file, 0).withTracks(TrackUse.SKIP, TrackUse.REQUIRED))
          .audio()
          .orElseThrow(() -> missing(input, "sound"));
    }
    return audio(input);
  }

  private Clip tracks(MediaInput input, boolean picture, boolean sound, int context) {
    if (input instanceof MediaInput.File file) {
      return ClipReader.read(
          file.path(), ModelInput.clip(format, pictures, file, picture, sound, context));
    }
    Clip clip = clip(input);
    clip.video().ifPresent(this::requireFormat);
    clip.audio()
        .ifPresent(
            a ->
                Check.that(
                    a.sampleRate() == format.sampleRate(),
                    "the given sound has %d Hz, this model needs %d Hz",
                    a.sampleRate(),
                    format.sampleRate()));
    if (sound) {
      clip.audio().ifPresent(audio -> SampleCheck.require("the given clip", audio));
    }
    return cut(clip, context);
  }

  /** Requires the size and rate of the model's pictures. */
  void requireFormat(Video video) {
    Check.that(
        video.width() == format.width()
            && video.height() == format.height()
            && Math.abs(video.framesPerSecond() - format.framesPerSecond()) < 1e-6,
        "the given picture is %dx%d at %s frames per second, this model needs %dx%d at %s",
        video.width(),
        video.height(),
        video.framesPerSecond(),
        format.width(),
        format.height(),
        format.framesPerSecond());
  }

  private Clip cut(Clip clip, int context) {
    Optional<Video> video =
        clip.video()
            .map(
                v -> {
                  int frames = Math.min(v.frames(), format.frames() + context);
                  byte[] rgb = Arrays.copyOf(v.rgb(), v.rgb().length / v.frames() * frames);
                  return new Video(rgb, frames, v.width(), v.height(), v.framesPerSecond());
                });
    return new Clip(video, clip.audio());
  }

  /** Requires that the picture that a continuation keeps is really there. */
  void requirePicture(MediaInput input, double seconds) {
    double length =
        input instanceof MediaInput.File file
            ? probe(file).video().map(MediaInfo.VideoTrack::seconds).orElse(seconds + file.start())
            : clip(input).video().map(Video::seconds).orElse(seconds);
    requireLength(input, "picture", length, seconds);
  }

  /** The same for the sound. */
  void requireSound(MediaInput input, double seconds) {
    double length =
        input instanceof MediaInput.File file
            ? probe(file).audio().map(MediaInfo.AudioTrack::seconds).orElse(seconds + file.start())
            : clip(input).audio().map(Audio::seconds).orElse(seconds);
    requireLength(input, "sound", length, seconds);
  }

  /** A track that is missing altogether is the reader's matter. */
  private static void requireLength(MediaInput input, String track, double length, double seconds) {
    double start = input instanceof MediaInput.File file ? file.start() : 0;
    Check.that(
        length - start + SLACK >= seconds,
        "%s has %.3f s of %s from its start at %.3f s, but %.3f s are needed",
        name(input),
        Math.max(0, length - start),
        track,
        start,
        seconds);
  }

  private static MediaInfo probe(MediaInput.File file) {
    return MediaProbe.probe(file.path(), Limits.defaults());
  }

  private static Clip clip(MediaInput input) {
    if (input instanceof MediaInput.Decoded decoded) {
      return decoded.clip();
    }
    throw KinetoneException.user(
        "pictures that come one by one get sound window by window; ask for a soundtrack");
  }

  private static KinetoneException missing(MediaInput input, String what) {
    return KinetoneException.user("%s has no %s", name(input), what);
  }

  private static String name(MediaInput input) {
    return input instanceof MediaInput.File file ? file.path().toString() : "the given clip";
  }
}
