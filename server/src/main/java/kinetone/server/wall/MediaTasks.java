package kinetone.server.wall;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipChunk;
import kinetone.media.ClipReader;
import kinetone.media.ClipStream;
import kinetone.media.ClipWriter;
import kinetone.media.Fit;
import kinetone.media.Limits;
import kinetone.media.MediaInfo;
import kinetone.media.MediaProbe;
import kinetone.media.ReadOptions;
import kinetone.media.SoundtrackWriter;
import kinetone.media.TrackUse;
import kinetone.media.Video;
import kinetone.metric.OnsetDetector;
import kinetone.metric.VisualOnsetDetector;
import kinetone.pipeline.MediaInput;
import kinetone.pipeline.ModelInput;
import kinetone.report.MelPlot;
import kinetone.report.Png;
import kinetone.report.WaveformPlot;

/** Does what a {@link MediaTask} says, in whatever process it is called. */
final class MediaTasks {
  private static final int TRIAL_PIXELS = 16;
  private static final int PLOT_WIDTH = 800;
  private static final int PLOT_HEIGHT = 160;

  private MediaTasks() {}

  static MediaAnswer run(MediaTask task) {
    if (task instanceof MediaTask.Probe probe) {
      return probe(probe);
    } else if (task instanceof MediaTask.Trial trial) {
      return trial(trial);
    } else if (task instanceof MediaTask.Decode decode) {
      return decode(decode);
    } else if (task instanceof MediaTask.DecodeLong decode) {
      return decodeLong(decode);
    } else if (task instanceof MediaTask.Encode encode) {
      Clip clip = RawClip.read(Path.of(encode.clip()), Long.MAX_VALUE);
      encode.out().forEach(out -> ClipWriter.write(Path.of(out), clip));
      return new MediaAnswer.Done(clip.seconds());
    } else if (task instanceof MediaTask.Beside beside) {
      return beside(beside);
    } else if (task instanceof MediaTask.WithSound with) {
      return withSound(with);
    }
    return derive((MediaTask.Derive) task);
  }

  private static MediaAnswer probe(MediaTask.Probe task) {
    MediaInfo info = MediaProbe.probe(Path.of(task.file()), task.bounds().limits());
    return new MediaAnswer.Headers(
        info.seconds(), info.video().isPresent(), info.audio().isPresent());
  }

  private static MediaAnswer trial(MediaTask.Trial task) {
    ReadOptions options =
        ReadOptions.defaults()
            .withLimits(task.bounds().limits())
            .withSize(TRIAL_PIXELS, TRIAL_PIXELS, Fit.STRETCH);
    try (ClipStream stream = ClipStream.open(Path.of(task.file()), options)) {
      while (stream.next().isPresent()) {
        // What is decoded is of no use.
      }
      return new MediaAnswer.Done(stream.hasVideo() ? stream.videoSeconds() : 0);
    }
  }

  private static MediaInput.File input(String file, double start, Double seconds) {
    return new MediaInput.File(
        Path.of(file),
        start,
        seconds == null ? OptionalDouble.empty() : OptionalDouble.of(seconds));
  }

  private static MediaAnswer decode(MediaTask.Decode task) {
    MediaInput.File input = input(task.file(), task.start(), task.seconds());
    Limits limits = task.bounds().limits();
    MediaProbe.probe(input.path(), limits);
    Optional<Video> video =
        task.picture()
            ? ClipReader.read(
                    input.path(),
                    ModelInput.clip(task.format(), task.pictures(), input, true, false, 0)
                        .withLimits(limits))
                .video()
            : Optional.empty();
    Optional<Audio> audio =
        task.sound()
            ? ClipReader.read(
                    input.path(),
                    ModelInput.clip(task.format(), task.pictures(), input, false, true, 0)
                        .withLimits(limits))
                .audio()
            : Optional.empty();
    RawClip.write(Path.of(task.out()), new Clip(video, audio));
    return new MediaAnswer.Done(0);
  }

  /** As {@code SoundtrackFile} does in one process. */
  private static MediaAnswer decodeLong(MediaTask.DecodeLong task) {
    MediaInput.File asked = input(task.file(), task.start(), task.seconds());
    Limits limits = task.bounds().limits();
    MediaProbe.probe(asked.path(), limits);
    String ending = SoundtrackWriter.ending(asked.path());
    double start;
    try (SoundtrackWriter writer =
        SoundtrackWriter.beside(
            Path.of(task.out() + ending),
            asked.path(),
            asked.start(),
            asked.seconds(),
            task.format().sampleRate(),
            1)) {
      start = writer.startSeconds();
    }
    OptionalDouble taken =
        asked.seconds().isPresent()
            ? OptionalDouble.of(asked.start() + asked.seconds().getAsDouble() - start)
            : asked.seconds();
    ReadOptions options =
        ModelInput.longVideo(
            task.format(),
            task.pictures(),
            new MediaInput.File(asked.path(), start, taken),
            limits);
    long frameBytes = 3L * task.format().width() * task.format().height();
    List<byte[]> frames = new ArrayList<>();
    double seconds;
    try (ClipStream stream = ClipStream.open(asked.path(), options)) {
      for (Optional<ClipChunk> next = stream.next(); next.isPresent(); next = stream.next()) {
        frames.add(((ClipChunk.Frame) next.get()).rgb());
        Check.that(
            frameBytes * frames.size() <= task.bounds().decodedBytes(),
            "%s is longer than this server takes; cut it into parts, or give --start and --seconds",
            asked.path());
      }
      seconds = stream.videoSeconds();
    }
    Check.that(!frames.isEmpty(), "the given video has no picture in the stretch asked for");
    byte[] rgb = new byte[Math.toIntExact(frameBytes * frames.size())];
    for (int i = 0; i < frames.size(); i++) {
      System.arraycopy(frames.get(i), 0, rgb, (int) (frameBytes * i), (int) frameBytes);
    }
    Video video =
        new Video(
            rgb,
            frames.size(),
            task.format().width(),
            task.format().height(),
            task.format().framesPerSecond());
    RawClip.write(Path.of(task.out()), Clip.of(video));
    return new MediaAnswer.Stretch(start, taken.orElse(-1), seconds, ending);
  }

  private static MediaAnswer beside(MediaTask.Beside task) {
    Audio sound = RawClip.read(Path.of(task.clip()), Long.MAX_VALUE).audio().orElseThrow();
    OptionalDouble seconds =
        task.seconds() == null ? OptionalDouble.empty() : OptionalDouble.of(task.seconds());
    try (SoundtrackWriter writer =
        SoundtrackWriter.beside(
            Path.of(task.out()),
            Path.of(task.video()),
            task.start(),
            seconds,
            sound.sampleRate(),
            sound.channels())) {
      writer.write(sound.samples());
      writer.finish();
    }
    return new MediaAnswer.Done(sound.seconds());
  }

  /** As {@code DiffusionPipeline} does in one process. */
  private static MediaAnswer withSound(MediaTask.WithSound task) {
    Video video = RawClip.read(Path.of(task.clip()), Long.MAX_VALUE).video().orElseThrow();
    MediaInput.File input = input(task.file(), task.start(), null);
    Audio sound =
        ClipReader.read(
                input.path(),
                ModelInput.interval(task.format(), input, 0)
                    .withTracks(TrackUse.SKIP, TrackUse.REQUIRED)
                    .withLimits(task.bounds().limits()))
            .audio()
            .orElseThrow(() -> KinetoneException.user("%s has no sound", input.path()));
    Clip clip = Clip.of(video, sound);
    ClipWriter.writeMp4(Path.of(task.out()), clip);
    ClipWriter.writeWav(Path.of(task.outSound()), sound);
    return new MediaAnswer.Done(clip.seconds());
  }

  private static MediaAnswer derive(MediaTask.Derive task) {
    Path file = Path.of(task.file());
    Path out = Path.of(task.out());
    switch (task.kind()) {
      case "flac" -> ClipWriter.writeFlac(out, sound(file, task.bounds()));
      case "thumbnail" -> {
        // One picture, as large as it is: results are made here or were let in before.
        Limits limits = new Limits(task.bounds().pixels(), 86_400, 32, 16L << 30);
        double rate =
            MediaProbe.probe(file, limits)
                .video()
                .map(MediaInfo.VideoTrack::framesPerSecond)
                .orElseThrow(() -> KinetoneException.user("there are no pictures"));
        ReadOptions options =
            ReadOptions.defaults()
                .withTracks(TrackUse.REQUIRED, TrackUse.SKIP)
                .withLimits(limits)
                .withInterval(0, 1 / rate);
        ClipWriter.writePng(out, ClipReader.read(file, options).video().orElseThrow(), 0);
      }
      case "waveform" ->
          Png.write(out, WaveformPlot.draw(sound(file, task.bounds()), PLOT_WIDTH, PLOT_HEIGHT));
      case "spectrogram" ->
          Png.write(out, MelPlot.draw(sound(file, task.bounds()), PLOT_WIDTH, PLOT_HEIGHT));
      case "analysis" -> writeText(out, analysis(file, task.bounds()));
      default -> throw KinetoneException.internal("nothing is derived called %s", task.kind());
    }
    return new MediaAnswer.Done(0);
  }

  private static Audio sound(Path file, Bounds bounds) {
    ReadOptions options =
        ReadOptions.defaults()
            .withTracks(TrackUse.SKIP, TrackUse.REQUIRED)
            .withMono()
            .withLimits(new Limits(bounds.pixels(), 86_400, 32, 16L << 30));
    return ClipReader.read(file, options).audio().orElseThrow();
  }

  /** Onsets of sound and picture, in seconds. */
  private static ObjectNode analysis(Path file, Bounds bounds) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    var heard = node.putArray("sound_onsets");
    var seen = node.putArray("picture_onsets");
    MediaInfo info = MediaProbe.probe(file, new Limits(bounds.pixels(), 86_400, 32, 16L << 30));
    if (info.audio().isPresent()) {
      for (double onset : OnsetDetector.standard().onsets(sound(file, bounds))) {
        heard.add(onset);
      }
    }
    if (info.video().isPresent()) {
      // Small pictures say when something happens just as well.
      ReadOptions options =
          ReadOptions.defaults()
              .withTracks(TrackUse.REQUIRED, TrackUse.SKIP)
              .withSize(64, 64, kinetone.media.Fit.STRETCH)
              .withLimits(new Limits(bounds.pixels(), 86_400, 32, 16L << 30));
      Video video = ClipReader.read(file, options).video().orElseThrow();
      if (video.frames() > 2) {
        for (double onset : VisualOnsetDetector.standard().onsets(video)) {
          seen.add(onset);
        }
      }
    }
    return node;
  }

  private static void writeText(Path out, ObjectNode node) {
    try {
      Files.writeString(out, node.toString());
    } catch (IOException e) {
      throw kinetone.common.AtomicFile.failure(out, e);
    }
  }
}
