package kinetone.cli;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.InputFile;
import kinetone.common.KinetoneException;
import kinetone.diffusion.task.Task;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.MediaInput;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Systems;
import kinetone.pipeline.TaskKind;
import picocli.CommandLine.Option;

/** One request, from the command line or from a line of a batch file. */
final class GenerateOptions {
  @Option(
      names = "--task",
      defaultValue = "joint",
      description = "joint, v2a, a2v, continue or inpaint (default: joint).")
  TaskKind task = TaskKind.JOINT;

  @Option(names = "--video", description = "Given picture (with its sound, to go on or repair).")
  Path video;

  @Option(names = "--audio", description = "Given sound.")
  Path audio;

  @Option(
      names = "--start",
      defaultValue = "0",
      description = "Seconds to skip in the given files (default: 0).")
  @JsonProperty
  @Within(min = 0, max = 86_400)
  double start;

  @Option(
      names = "--seconds",
      description = "v2a: seconds of the video from --start on (default: to its end).")
  @JsonProperty
  @Within(min = 0, max = 86_400)
  Double seconds;

  @Option(
      names = "--given",
      defaultValue = "0.625",
      description = "continue: seconds kept from the start (default: 0.625).")
  @JsonProperty
  @Within(min = 0, max = 3600)
  double given = 0.625;

  @Option(
      names = "--from",
      defaultValue = "0.125",
      description = "inpaint: start of the gap in seconds (default: 0.125).")
  @JsonProperty
  @Within(min = 0, max = 3600)
  double from = 0.125;

  @Option(
      names = "--to",
      defaultValue = "1.625",
      description = "inpaint: end of the gap in seconds (default: 1.625).")
  @JsonProperty
  @Within(min = 0, max = 3600)
  double to = 1.625;

  @Option(names = "--seed", defaultValue = "0", description = "Seed of the noise (default: 0).")
  @JsonProperty
  long seed;

  /** Options of the line of a batch file. */
  private OptionValues options = OptionValues.NONE;

  @JsonProperty("task")
  void readTask(String name) {
    task = name == null ? null : task(name);
  }

  @JsonProperty("video")
  void readVideo(String file) {
    video = path("video", file);
  }

  @JsonProperty("audio")
  void readAudio(String file) {
    audio = path("audio", file);
  }

  @JsonAnySetter
  void readOption(String name, JsonNode value) {
    options =
        OptionValues.read(Json.MAPPER.createObjectNode().set(name, value), Systems.options())
            .over(options);
  }

  private static TaskKind task(String name) {
    for (TaskKind kind : TaskKind.values()) {
      if (kind != TaskKind.SEGMENTS && kind.label().equals(name)) {
        return kind;
      }
    }
    throw KinetoneException.user(
        "task '%s' is unknown; use joint, v2a, a2v, continue or inpaint", name);
  }

  private static Path path(String what, String file) {
    Check.that(file != null, "%s is null; name a file or leave it out", what);
    try {
      return Path.of(file);
    } catch (java.nio.file.InvalidPathException e) {
      throw KinetoneException.user(e, "%s '%s' is not a path", what, file);
    }
  }

  /** The request of variant {@code variant}: seeds count up. */
  GenerateRequest request(int variant) {
    Check.that(task != null, "task is missing; use joint, v2a, a2v, continue or inpaint");
    GenerateRequest.Builder builder = GenerateRequest.of(task()).seed(seed + variant).with(options);
    Check.that(
        seconds == null || task == TaskKind.V2A,
        "--seconds limits the video of task v2a; other tasks take what their model needs");
    if (video != null) {
      OptionalDouble length = seconds == null ? OptionalDouble.empty() : OptionalDouble.of(seconds);
      builder.video(new MediaInput.File(requireFile(video), start, length));
    }
    if (audio != null) {
      builder.audio(new MediaInput.File(requireFile(audio), start));
    }
    return builder.build();
  }

  /** Takes the options of the command line. */
  GenerateOptions with(OptionValues values) {
    options = values;
    return this;
  }

  private Task task() {
    return switch (task) {
      case JOINT -> new Task.Joint();
      case A2V -> new Task.AudioToVideo();
      case V2A -> new Task.VideoToAudio();
      case CONTINUE -> new Task.Continue(given);
      case INPAINT -> new Task.Inpaint(from, to);
      case SEGMENTS ->
          throw KinetoneException.user(
              "task segments is for programs; use joint, v2a, a2v, continue or inpaint");
    };
  }

  private static Path requireFile(Path file) {
    return InputFile.require(file, "media file");
  }

  /** Reads a batch file; what is wrong with a request is told with its line. */
  static List<Json.Line<GenerateOptions>> read(Path file) {
    List<Json.Line<GenerateOptions>> requests =
        Json.lines(file, "batch file", GenerateOptions.class);
    Check.that(!requests.isEmpty(), "batch file %s holds no request", file);
    return requests;
  }
}
