package kinetone.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import kinetone.checkpoint.Json;
import kinetone.diffusion.task.Task;
import kinetone.media.ClipFormat;
import kinetone.media.ClipWriter;
import kinetone.media.Limits;
import kinetone.media.MediaInfo;
import kinetone.media.MediaProbe;
import kinetone.media.SoundtrackWriter;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.GenerateResult;
import kinetone.pipeline.MediaInput;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.SoundtrackFile;
import kinetone.pipeline.TaskKind;

/**
 * Makes the clip of a request and writes it.
 *
 * @param files where to
 * @param json whether to tell of it in JSON
 * @param steps whether to show the steps of each clip
 */
record ClipJob(
    Pipeline pipeline, ClipFiles files, boolean json, boolean steps, Cancellation cancellation) {
  /**
   * Makes one clip; returns what is printed of it.
   *
   * @param name without its ending
   * @param inputs the given files
   */
  String make(GenerateRequest request, String name, List<Path> inputs) {
    int count =
        request.options().over(pipeline.index().defaults()).get(CommonOptions.NUM_INFERENCE_STEPS);
    return request.task() instanceof Task.VideoToAudio
        ? soundtrack(request, name, inputs, count)
        : clip(request, name, inputs, count);
  }

  private ConsoleProgress progress(String name, int count) {
    return steps ? new ConsoleProgress(name, count, "steps") : ConsoleProgress.none();
  }

  private String clip(GenerateRequest request, String name, List<Path> inputs, int count) {
    Path file = files.place(name, () -> ".mp4", inputs);
    requireFits(file, request);
    GenerateResult result;
    try (ConsoleProgress progress = progress(name, count)) {
      result =
          pipeline.generate(
              request,
              (phase, step, all) -> {
                if (phase.equals("sample")) {
                  progress.at(step);
                }
                progress.note(phase);
              },
              cancellation);
    }
    ClipWriter.write(file, result.clip());
    return json
        ? json(result, file, TaskKind.of(request.task()), count).toString()
        : file.toString();
  }

  /** A given sound is written as it is, everything else in the model's format. */
  private void requireFits(Path file, GenerateRequest request) {
    ClipFormat format = pipeline.index().format();
    int rate = format.sampleRate();
    int channels = 1;
    if (request.task() instanceof Task.AudioToVideo
        && request.sound().orElseThrow() instanceof MediaInput.File sound) {
      MediaInfo.AudioTrack track =
          MediaProbe.probe(sound.path(), Limits.defaults()).audio().orElse(null);
      rate = track == null ? rate : track.sampleRate();
      channels = track == null ? channels : track.channels();
    }
    ClipWriter.requireFits(file, format, rate, channels);
  }

  /** One object for one line. */
  private static ObjectNode json(GenerateResult result, Path file, TaskKind task, int steps) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("file", file.toString());
    node.put("task", task.label());
    node.put("seed", result.seed());
    node.put("num_inference_steps", steps);
    node.put("seconds", result.seconds());
    result.clip().video().ifPresent(v -> node.put("frames", v.frames()));
    result.clip().video().ifPresent(v -> node.put("fps", v.framesPerSecond()));
    result.clip().audio().ifPresent(a -> node.put("samples", a.length()));
    result.clip().audio().ifPresent(a -> node.put("sample_rate", a.sampleRate()));
    return node;
  }

  private String soundtrack(GenerateRequest request, String name, List<Path> inputs, int count) {
    MediaInput.File video = (MediaInput.File) request.video().orElseThrow();
    Path file = files.place(name, () -> SoundtrackWriter.ending(video.path()), inputs);
    SoundtrackFile made;
    try (ConsoleProgress progress = progress(name, 1)) {
      made =
          pipeline.soundtrack(
              request,
              file,
              (window, windows, phase, step, all) -> {
                if (phase.equals("sample")) {
                  progress.total(windows * all);
                  progress.at(window * all + step);
                }
                progress.note(
                    String.format(Locale.ROOT, "window %d of %d, %s", window + 1, windows, phase));
              },
              cancellation);
    }
    if (made.start() < video.start()) {
      System.err.printf(
          Locale.ROOT,
          "the pictures are copied: they begin at the key picture at %.3f s%n",
          made.start());
    }
    return json ? json(made, count).toString() : file.toString();
  }

  /** One object for one line. */
  private static ObjectNode json(SoundtrackFile made, int steps) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("file", made.file().toString());
    node.put("task", "v2a");
    node.put("seed", made.result().seed());
    node.put("num_inference_steps", steps);
    node.put("seconds", made.result().seconds());
    node.put("start", made.start());
    node.put("sound_seconds", made.result().soundSeconds());
    node.put("windows", made.result().windows());
    node.put("samples", made.result().samples());
    node.put("sample_rate", made.result().sampleRate());
    return node;
  }
}
