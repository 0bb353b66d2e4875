package kinetone.server.work;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import kinetone.checkpoint.Json;
import kinetone.common.AtomicFile;
import kinetone.common.KinetoneException;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.pipeline.AskedRequest;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.GenerateResult;
import kinetone.pipeline.MediaInput;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.TaskKind;
import kinetone.server.job.Job;
import kinetone.server.store.MediaStore;
import kinetone.server.wall.Bounds;
import kinetone.server.wall.MediaAnswer;
import kinetone.server.wall.MediaTask;
import kinetone.server.wall.MediaWall;
import kinetone.server.wall.RawClip;

/**
 * Makes the clips of one job: decodes behind the wall, generates, encodes behind the wall, stores.
 * The files are those that the command line makes of the same request.
 */
final class JobRunner {
  /** Hears how far a job is. */
  interface Listener {
    /** {@code done} of all, from 0 to 1. */
    void progress(String phase, double done);
  }

  private final MediaStore store;
  private final MediaWall wall;
  private final Bounds bounds;

  JobRunner(MediaStore store, MediaWall wall, Bounds bounds) {
    this.store = store;
    this.wall = wall;
    this.bounds = bounds;
  }

  /** What is given, decoded; the stretch is that of sound for a long video. */
  private record Given(
      Optional<MediaInput.Decoded> video,
      Optional<MediaInput.Decoded> audio,
      Optional<MediaAnswer.Stretch> stretch) {}

  /**
   * Makes them.
   *
   * @throws java.util.concurrent.CancellationException when {@code cancellation} was used
   */
  List<Job.Result> run(
      Job job, LoadedModel model, ModelIndex index, Listener listener, Cancellation cancellation) {
    AskedRequest asked = Json.read("request", job.asked().request(), AskedRequest.class);
    TaskKind task = asked.kind(job.asked().video().isPresent(), job.asked().audio().isPresent());
    Path folder = store.temporary("");
    try {
      Files.createDirectory(folder);
      listener.progress("decode", 0);
      Given given = decode(job, asked, task, index, folder);
      List<Job.Result> results = new ArrayList<>();
      for (int number = 0; number < job.asked().variants(); number++) {
        GenerateRequest request = asked.request(number, given.video(), given.audio());
        int variant = number;
        Listener part =
            (phase, done) -> listener.progress(phase, (variant + done) / job.asked().variants());
        results.add(
            task == TaskKind.V2A
                ? soundtrack(job, number, request, model, given, folder, part, cancellation)
                : clip(job, number, request, asked, index, model, folder, part, cancellation));
      }
      return results;
    } catch (java.io.IOException e) {
      throw KinetoneException.resource(e, "the disk refuses to take what is being made");
    } finally {
      AtomicFile.deleteQuietly(folder);
    }
  }

  private Given decode(Job job, AskedRequest asked, TaskKind task, ModelIndex index, Path folder) {
    Optional<Path> video = job.asked().video().map(store::file);
    Optional<Path> audio = job.asked().audio().map(store::file);
    Double seconds = asked.seconds().isPresent() ? asked.seconds().getAsDouble() : null;
    if (task == TaskKind.V2A) {
      Path raw = folder.resolve("given");
      MediaAnswer.Stretch stretch =
          (MediaAnswer.Stretch)
              wall.run(
                  new MediaTask.DecodeLong(
                      video.orElseThrow().toString(),
                      index.format(),
                      index.pictures(),
                      asked.start(),
                      seconds,
                      raw.toString(),
                      bounds));
      Clip clip = RawClip.read(raw, bounds.decodedBytes() + 4096);
      return new Given(
          Optional.of(new MediaInput.Decoded(clip, OptionalDouble.of(stretch.seconds()))),
          Optional.empty(),
          Optional.of(stretch));
    }
    boolean picture = task == TaskKind.CONTINUE || task == TaskKind.INPAINT;
    boolean soundOfVideo = task != TaskKind.JOINT && audio.isEmpty();
    return new Given(
        video.map(v -> decode(v, "video", asked, index, picture, soundOfVideo, folder)),
        audio.map(a -> decode(a, "audio", asked, index, false, true, folder)),
        Optional.empty());
  }

  private MediaInput.Decoded decode(
      Path file,
      String name,
      AskedRequest asked,
      ModelIndex index,
      boolean picture,
      boolean sound,
      Path folder) {
    Path raw = folder.resolve(name);
    wall.run(
        new MediaTask.Decode(
            file.toString(),
            index.format(),
            index.pictures(),
            asked.start(),
            null,
            picture,
            sound,
            raw.toString(),
            bounds));
    return new MediaInput.Decoded(RawClip.read(raw, bounds.decodedBytes() + 4096));
  }

  private Job.Result clip(
      Job job,
      int number,
      GenerateRequest request,
      AskedRequest asked,
      ModelIndex index,
      LoadedModel model,
      Path folder,
      Listener listener,
      Cancellation cancellation) {
    GenerateResult result =
        model.use(
            pipeline ->
                pipeline.generate(
                    request,
                    (phase, step, steps) -> listener.progress(phase, done(phase, step, steps)),
                    cancellation));
    listener.progress("store", 0.97);
    Path raw = folder.resolve("made-" + number);
    Path media = folder.resolve("clip-" + number + ".mp4");
    Path sound = folder.resolve("sound-" + number + ".wav");
    double seconds;
    if (TaskKind.of(request.task()) == TaskKind.A2V) {
      RawClip.write(raw, new Clip(result.clip().video(), Optional.empty()));
      String source = job.asked().audio().or(job.asked()::video).orElseThrow();
      seconds =
          done(
              wall.run(
                  new MediaTask.WithSound(
                      raw.toString(),
                      store.file(source).toString(),
                      index.format(),
                      asked.start(),
                      media.toString(),
                      sound.toString(),
                      bounds)));
    } else {
      RawClip.write(raw, result.clip());
      List<String> both = List.of(media.toString(), sound.toString());
      seconds = done(wall.run(new MediaTask.Encode(raw.toString(), both)));
    }
    return stored(number, request.seed(), media, sound, seconds);
  }

  /** Sampling is what takes the time. */
  private static double done(String phase, int step, int steps) {
    return switch (phase) {
      case "encode" -> 0.02;
      case "sample" -> 0.05 + 0.85 * step / Math.max(1, steps);
      default -> 0.92;
    };
  }

  private static double done(MediaAnswer answer) {
    return ((MediaAnswer.Done) answer).seconds();
  }

  private Job.Result soundtrack(
      Job job,
      int number,
      GenerateRequest request,
      LoadedModel model,
      Given given,
      Path folder,
      Listener listener,
      Cancellation cancellation) {
    List<float[]> pieces = new ArrayList<>();
    int rate =
        model.use(
            pipeline ->
                pipeline
                    .soundtrack(
                        request,
                        samples -> pieces.add(samples[0]),
                        (window, windows, phase, step, steps) ->
                            listener.progress(
                                phase, 0.95 * (window + done(phase, step, steps)) / windows),
                        cancellation)
                    .sampleRate());
    listener.progress("store", 0.97);
    Path raw = folder.resolve("made-" + number);
    MediaAnswer.Stretch stretch = given.stretch().orElseThrow();
    Path media = folder.resolve("clip-" + number + stretch.ending());
    Path sound = folder.resolve("sound-" + number + ".wav");
    RawClip.write(raw, Clip.of(Audio.mono(joined(pieces), rate)));
    double seconds =
        done(
            wall.run(
                new MediaTask.Beside(
                    store.file(job.asked().video().orElseThrow()).toString(),
                    stretch.start(),
                    stretch.taken() < 0 ? null : stretch.taken(),
                    raw.toString(),
                    media.toString())));
    wall.run(new MediaTask.Encode(raw.toString(), List.of(sound.toString())));
    return stored(number, request.seed(), media, sound, seconds);
  }

  private static float[] joined(List<float[]> pieces) {
    float[] all = new float[pieces.stream().mapToInt(piece -> piece.length).sum()];
    int at = 0;
    for (float[] piece : pieces) {
      System.arraycopy(piece, 0, all, at, piece.length);
      at += piece.length;
    }
    return all;
  }

  private Job.Result stored(int number, long seed, Path media, Path sound, double seconds) {
    String type = media.toString().endsWith(".mkv") ? "video/x-matroska" : "video/mp4";
    MediaStore.Stored clip = store.put(media);
    MediaStore.Stored wav = store.put(sound);
    return new Job.Result(number, seed, clip.hash(), type, clip.bytes(), wav.hash(), seconds);
  }
}
