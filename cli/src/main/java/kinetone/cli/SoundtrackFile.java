package kinetone.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;
import kinetone.checkpoint.Json;
import kinetone.media.SoundtrackWriter;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.MediaInput;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.SoundtrackResult;

/**
 * A video that got its sound, or the sound alone.
 *
 * @param file what was written
 * @param start seconds of the video that were left out: where a picture begins, it begins at a key
 *     picture, which may be before the start that was asked for
 * @param result of generation
 */
record SoundtrackFile(Path file, double start, SoundtrackResult result) {
  /** The file for a batch: MP4, or Matroska for pictures that MP4 cannot carry. */
  static Path in(Path folder, String name, Path video) {
    return folder.resolve(name + SoundtrackWriter.ending(video));
  }

  /** Generates variant {@code variant} of {@code options} into {@code file}. */
  static SoundtrackFile make(
      Pipeline pipeline,
      GenerateOptions options,
      int variant,
      Path file,
      String name,
      Cancellation cancellation) {
    int rate = pipeline.index().format().sampleRate();
    boolean alone = SoundtrackWriter.isSoundAlone(file);
    try (SoundtrackWriter writer =
            alone
                ? SoundtrackWriter.alone(file, rate, 1)
                : SoundtrackWriter.beside(
                    file, options.video, options.start, options.length(), rate, 1);
        ConsoleProgress progress = new ConsoleProgress(name, 1, "steps")) {
      double start = alone ? options.start : writer.startSeconds();
      if (start < options.start) {
        System.err.printf(
            Locale.ROOT,
            "the pictures are copied: they begin at the key picture at %.3f s%n",
            start);
      }
      SoundtrackResult result =
          pipeline.soundtrack(
              request(options, variant, start),
              writer,
              (window, windows, phase, step, steps) -> {
                if (phase.equals("sample")) {
                  progress.total(windows * steps);
                  progress.at(window * steps + step);
                }
                progress.note(
                    String.format(Locale.ROOT, "window %d of %d, %s", window + 1, windows, phase));
              },
              cancellation);
      writer.finish();
      return new SoundtrackFile(file, start, result);
    }
  }

  private static GenerateRequest request(GenerateOptions options, int variant, double start) {
    GenerateRequest asked = options.request(variant);
    OptionalDouble seconds = options.length();
    OptionalDouble length =
        seconds.isPresent()
            ? OptionalDouble.of(options.start + seconds.getAsDouble() - start)
            : seconds;
    return asked.withVideo(new MediaInput.File(options.video, start, length));
  }

  /** One object for one line. */
  ObjectNode json(int steps) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("file", file.toString());
    node.put("task", "v2a");
    node.put("seed", result.seed());
    node.put("num_inference_steps", steps);
    node.put("seconds", result.seconds());
    node.put("start", start);
    node.put("sound_seconds", result.soundSeconds());
    node.put("windows", result.windows());
    node.put("samples", result.samples());
    node.put("sample_rate", result.sampleRate());
    return node;
  }
}
