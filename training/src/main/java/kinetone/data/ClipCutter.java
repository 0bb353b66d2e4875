package kinetone.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import kinetone.common.Check;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipChunk;
import kinetone.media.ClipFormat;
import kinetone.media.ClipReader;
import kinetone.media.ClipStream;
import kinetone.media.Fit;
import kinetone.media.Limits;
import kinetone.media.MediaInfo;
import kinetone.media.MediaProbe;
import kinetone.media.ReadOptions;
import kinetone.media.TrackUse;
import kinetone.media.Video;

/** Cuts files into consecutive clips of one format. */
final class ClipCutter {
  /** Less than one step of 16-bit samples. */
  private static final float SILENCE = 1f / 32768;

  /**
   * A stretch that can be cut.
   *
   * @param end seconds
   * @param clips how many fit
   */
  record Stretch(double end, long clips) {}

  private final ClipFormat format;
  private final ReadOptions options;

  ClipCutter(ClipFormat format, Limits limits) {
    this.format = format;
    options =
        ReadOptions.defaults()
            .withLimits(limits)
            .withTracks(TrackUse.REQUIRED, TrackUse.REQUIRED)
            .withFramesPerSecond(format.framesPerSecond())
            .withSize(format.width(), format.height(), Fit.CENTRE_CROP)
            .withSampleRate(format.sampleRate())
            .withMono();
  }

  /** Seconds from one clip to the next. */
  double seconds() {
    return Math.max(format.videoSeconds(), format.audioSeconds());
  }

  /**
   * Finds out how many clips an entry gives. Headers lie, so the first and the last clip are
   * decoded, and sound up to the first that can be heard.
   *
   * @throws kinetone.common.KinetoneException with the reason when it gives none
   */
  Stretch inspect(ManifestEntry entry) {
    Path file = entry.file();
    MediaInfo info = MediaProbe.probe(file, options.limits());
    Check.that(info.video().isPresent(), "no picture track");
    Check.that(info.audio().isPresent(), "no sound track");
    double end =
        Math.min(
            Math.min(info.video().get().seconds(), info.audio().get().seconds()),
            entry.end().orElse(Double.POSITIVE_INFINITY));
    long clips = (long) Math.floor((end - entry.start() + slack()) / seconds());
    requireClips(entry, end, clips);
    Check.that(hasSound(entry, end), "silent: its sound track holds nothing but zeros");
    while (clips > 0 && read(file, start(entry.start(), clips - 1)).isEmpty()) {
      clips--;
    }
    Check.that(
        clips == 0 || read(file, entry.start()).isPresent(), "its first clip cannot be decoded");
    requireClips(entry, end, clips);
    return new Stretch(end, clips);
  }

  private void requireClips(ManifestEntry entry, double end, long clips) {
    Check.that(
        clips > 0,
        "too short: %.3f s with picture and sound, a clip takes %.3f s",
        Math.max(0, end - entry.start()),
        seconds());
  }

  /** Clip {@code k} of a stretch that begins at {@code first} seconds. */
  Clip clip(Path file, double first, long k) {
    double start = start(first, k);
    Optional<Clip> clip = read(file, start);
    Check.that(
        clip.isPresent(),
        "%s cannot be decoded for %.3f s from %.3f s on; take it out of the data",
        file,
        seconds(),
        start);
    return clip.get();
  }

  private double start(double first, long k) {
    return first + k * seconds();
  }

  /** Half a picture: what codecs with long blocks leave off at the end of a sound. */
  private double slack() {
    return 0.5 / format.framesPerSecond();
  }

  private Optional<Clip> read(Path file, double start) {
    Clip clip = ClipReader.read(file, options.withInterval(start, seconds()));
    if (clip.video().isEmpty() || clip.audio().isEmpty()) {
      return Optional.empty();
    }
    Video video = clip.video().get();
    Audio audio = clip.audio().get();
    long missing = format.samples() - (long) audio.length();
    if (video.frames() < format.frames() || missing > slack() * format.sampleRate()) {
      return Optional.empty();
    }
    int bytes = format.frames() * format.height() * format.width() * 3;
    return Optional.of(
        Clip.of(
            new Video(
                Arrays.copyOf(video.rgb(), bytes),
                format.frames(),
                format.width(),
                format.height(),
                format.framesPerSecond()),
            Audio.mono(Arrays.copyOf(audio.samples()[0], format.samples()), format.sampleRate())));
  }

  private boolean hasSound(ManifestEntry entry, double end) {
    ReadOptions sound =
        options
            .withTracks(TrackUse.SKIP, TrackUse.REQUIRED)
            .withInterval(entry.start(), end - entry.start());
    try (ClipStream stream = ClipStream.open(entry.file(), sound)) {
      for (Optional<ClipChunk> next = stream.next(); next.isPresent(); next = stream.next()) {
        if (next.get() instanceof ClipChunk.Samples samples && audible(samples.samples()[0])) {
          return true;
        }
      }
      return false;
    }
  }

  private static boolean audible(float[] samples) {
    for (float sample : samples) {
      if (Math.abs(sample) >= SILENCE) {
        return true;
      }
    }
    return false;
  }
}
