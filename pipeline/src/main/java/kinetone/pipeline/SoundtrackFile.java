package kinetone.pipeline;

import java.nio.file.Path;
import java.util.OptionalDouble;
import kinetone.common.Check;
import kinetone.common.OutputFile;
import kinetone.media.SoundtrackWriter;

/**
 * A video that got its sound, or the sound alone.
 *
 * @param file what was written
 * @param start seconds of the video that were left out: where a picture begins, it begins at a key
 *     picture, which may be before the start that was asked for
 * @param result of generation
 */
public record SoundtrackFile(Path file, double start, SoundtrackResult result) {
  static SoundtrackFile make(
      Pipeline pipeline,
      GenerateRequest request,
      Path out,
      SoundtrackListener listener,
      Cancellation cancellation) {
    SoundtrackRunner.requireTask(request);
    MediaInput input = request.video().orElseThrow();
    Check.that(
        input instanceof MediaInput.File,
        "a soundtrack is written beside a video file, but the pictures are a clip in memory; give"
            + " the sound to a sink");
    MediaInput.File video = (MediaInput.File) input;
    OutputFile.requireOther(out, video.path());
    OutputFile.require(out);
    pipeline.check(request);
    int rate = pipeline.index().format().sampleRate();
    boolean alone = SoundtrackWriter.isSoundAlone(out);
    try (SoundtrackWriter writer =
        alone
            ? SoundtrackWriter.alone(out, rate, 1)
            : SoundtrackWriter.beside(out, video.path(), video.start(), video.seconds(), rate, 1)) {
      double start = alone ? video.start() : writer.startSeconds();
      OptionalDouble seconds =
          video.seconds().isPresent()
              ? OptionalDouble.of(video.start() + video.seconds().getAsDouble() - start)
              : video.seconds();
      SoundtrackResult result =
          pipeline.soundtrack(
              request.withVideo(new MediaInput.File(video.path(), start, seconds)),
              writer,
              listener,
              cancellation);
      writer.finish();
      return new SoundtrackFile(out, start, result);
    }
  }
}
