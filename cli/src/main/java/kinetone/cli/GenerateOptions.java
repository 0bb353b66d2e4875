package kinetone.cli;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.InputFile;
import kinetone.common.KinetoneException;
import kinetone.diffusion.task.Task;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.MediaInput;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Systems;
import kinetone.pipeline.TaskInput;
import kinetone.pipeline.TaskKind;
import picocli.CommandLine.Option;

/**
 * One request, from the command line or from a line of a batch file. What was not given is null, so
 * that what does not apply can be told from a default.
 */
final class GenerateOptions {
  private static final double GIVEN = 0.625;
  private static final double FROM = 0.125;
  private static final double TO = 1.625;

  @Option(
      names = "--task",
      description =
          "joint, v2a, a2v, continue or inpaint (default: v2a with a video alone, a2v with a sound"
              + " alone, otherwise joint).")
  private TaskKind task;

  @Option(names = "--video", description = "Given picture (with its sound, to go on or repair).")
  private Path video;

  @Option(names = "--audio", description = "Given sound.")
  private Path audio;

  @Option(names = "--start", description = "Seconds to skip in the given files (default: 0).")
  @JsonProperty
  @Within(min = 0, max = 86_400)
  @JsonSetter(nulls = Nulls.FAIL)
  private Double start;

  @Option(
      names = "--seconds",
      description = "v2a: seconds of the video from --start on (default: to its end).")
  @JsonProperty
  @Within(min = 0, max = 86_400)
  @JsonSetter(nulls = Nulls.FAIL)
  private Double seconds;

  @Option(
      names = "--given",
      description = "continue: seconds kept from the start (default: " + GIVEN + ").")
  @JsonProperty
  @Within(min = 0, max = 3600)
  @JsonSetter(nulls = Nulls.FAIL)
  private Double given;

  @Option(
      names = "--from",
      description = "inpaint: start of the gap in seconds (default: " + FROM + ").")
  @JsonProperty
  @Within(min = 0, max = 3600)
  @JsonSetter(nulls = Nulls.FAIL)
  private Double from;

  @Option(names = "--to", description = "inpaint: end of the gap in seconds (default: " + TO + ").")
  @JsonProperty
  @Within(min = 0, max = 3600)
  @JsonSetter(nulls = Nulls.FAIL)
  private Double to;

  @Option(names = "--seed", description = "Seed of the noise (default: 0).")
  @JsonProperty
  @JsonSetter(nulls = Nulls.FAIL)
  private Long seed;

  private OptionValues options = OptionValues.NONE;

  @JsonProperty("task")
  void readTask(String name) {
    Check.that(name != null, "task is missing; use joint, v2a, a2v, continue or inpaint");
    task = task(name);
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

  /** Takes the options of the command line. */
  GenerateOptions with(OptionValues values) {
    options = values;
    return this;
  }

  /** All that was said, as it is called on the command line. */
  List<String> arguments() {
    List<String> said = new ArrayList<>();
    if (task != null) {
      said.add("--task");
    }
    inputs().forEach(input -> said.add(input.argument()));
    if (seed != null) {
      said.add("--seed");
    }
    options.options().forEach(option -> said.add(option.argument()));
    return said;
  }

  private Set<TaskInput> inputs() {
    Set<TaskInput> inputs = EnumSet.noneOf(TaskInput.class);
    add(inputs, TaskInput.VIDEO, video);
    add(inputs, TaskInput.AUDIO, audio);
    add(inputs, TaskInput.START, start);
    add(inputs, TaskInput.SECONDS, seconds);
    add(inputs, TaskInput.GIVEN, given);
    add(inputs, TaskInput.FROM, from);
    add(inputs, TaskInput.TO, to);
    return inputs;
  }

  private static void add(Set<TaskInput> inputs, TaskInput input, Object value) {
    if (value != null) {
      inputs.add(input);
    }
  }

  /** The task that was said, or that what is given implies. */
  TaskKind kind() {
    return task != null ? task : TaskKind.implied(video != null, audio != null);
  }

  /** The given files. */
  List<Path> files() {
    return Stream.of(video, audio).filter(file -> file != null).toList();
  }

  /** The request of variant {@code variant}: seeds count up. */
  GenerateRequest request(int variant) {
    TaskInput.requireApplicable(kind(), inputs());
    GenerateRequest.Builder builder =
        GenerateRequest.of(task()).seed(or(seed, 0L) + variant).with(options);
    if (video != null) {
      OptionalDouble length = seconds == null ? OptionalDouble.empty() : OptionalDouble.of(seconds);
      builder.video(new MediaInput.File(requireFile(video), or(start, 0.0), length));
    }
    if (audio != null) {
      builder.audio(new MediaInput.File(requireFile(audio), or(start, 0.0)));
    }
    return builder.build();
  }

  private static <T> T or(T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  private Task task() {
    return switch (kind()) {
      case JOINT -> new Task.Joint();
      case A2V -> new Task.AudioToVideo();
      case V2A -> new Task.VideoToAudio();
      case CONTINUE -> new Task.Continue(or(given, GIVEN));
      case INPAINT -> new Task.Inpaint(or(from, FROM), or(to, TO));
      case SEGMENTS ->
          throw KinetoneException.user(
              "task segments is for programs; use joint, v2a, a2v, continue or inpaint");
    };
  }

  private static Path requireFile(Path file) {
    return InputFile.require(file, "media file");
  }
}
