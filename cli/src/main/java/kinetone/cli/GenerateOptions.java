package kinetone.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import kinetone.pipeline.AskedRequest;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.TaskInput;
import kinetone.pipeline.TaskKind;
import picocli.CommandLine.Option;

/** The arguments of one request; what was not given is null. */
final class GenerateOptions {
  @Option(
      names = "--task",
      converter = TaskConverter.class,
      description =
          TaskKind.NAMES
              + " (default: v2a with a video alone, a2v with a sound alone, otherwise joint).")
  private TaskKind task;

  @Option(names = "--video", description = "Given picture (with its sound, to go on or repair).")
  private Path video;

  @Option(names = "--audio", description = "Given sound.")
  private Path audio;

  @Option(names = "--start", description = "Seconds to skip in the given files (default: 0).")
  @Within(min = 0, max = AskedRequest.LONGEST_FILE)
  private Double start;

  @Option(
      names = "--seconds",
      description = "v2a: seconds of the video from --start on (default: to its end).")
  @Within(min = 0, max = AskedRequest.LONGEST_FILE)
  private Double seconds;

  @Option(
      names = "--given",
      description = "continue: seconds kept from the start (default: " + AskedRequest.GIVEN + ").")
  @Within(min = 0, max = AskedRequest.LONGEST_CLIP)
  private Double given;

  @Option(
      names = "--from",
      description = "inpaint: start of the gap in seconds (default: " + AskedRequest.FROM + ").")
  @Within(min = 0, max = AskedRequest.LONGEST_CLIP)
  private Double from;

  @Option(
      names = "--to",
      description = "inpaint: end of the gap in seconds (default: " + AskedRequest.TO + ").")
  @Within(min = 0, max = AskedRequest.LONGEST_CLIP)
  private Double to;

  @Option(names = "--seed", description = "Seed of the noise (default: 0).")
  private Long seed;

  private OptionValues options = OptionValues.NONE;

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
    asked().inputs().forEach(input -> said.add(input.argument()));
    if (seed != null) {
      said.add("--seed");
    }
    options.options().forEach(option -> said.add(option.argument()));
    return said;
  }

  /** The request. */
  AskedRequest asked() {
    Map<TaskInput, Double> times = new EnumMap<>(TaskInput.class);
    times.put(TaskInput.START, start);
    times.put(TaskInput.SECONDS, seconds);
    times.put(TaskInput.GIVEN, given);
    times.put(TaskInput.FROM, from);
    times.put(TaskInput.TO, to);
    return AskedRequest.of(task, video, audio, times, seed, options);
  }
}
