package kinetone.pipeline;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.InputFile;
import kinetone.common.KinetoneException;
import kinetone.diffusion.task.Task;

/**
 * One request as people write it: on the command line, in a line of a batch, over HTTP. What was
 * not said is absent, so that what does not apply can be told from a default. The keys in JSON are
 * {@code task}, {@code video}, {@code audio}, {@code start}, {@code seconds}, {@code given}, {@code
 * from}, {@code to}, {@code seed} and the names of all {@link Option}s.
 */
public final class AskedRequest {
  /** Most seconds of {@code start} and {@code seconds}: a day. */
  public static final int LONGEST_FILE = 86_400;

  /** Most seconds of {@code given}, {@code from} and {@code to}. */
  public static final int LONGEST_CLIP = 3600;

  /** Seconds that a continuation keeps where nothing is said. */
  public static final double GIVEN = 0.625;

  /** Where the gap begins where nothing is said, in seconds. */
  public static final double FROM = 0.125;

  /** Where the gap ends where nothing is said, in seconds. */
  public static final double TO = 1.625;

  private TaskKind task;
  private Path video;
  private Path audio;

  @JsonProperty
  @JsonSetter(nulls = Nulls.FAIL)
  private Double start;

  @JsonProperty
  @JsonSetter(nulls = Nulls.FAIL)
  private Double seconds;

  @JsonProperty
  @JsonSetter(nulls = Nulls.FAIL)
  private Double given;

  @JsonProperty
  @JsonSetter(nulls = Nulls.FAIL)
  private Double from;

  @JsonProperty
  @JsonSetter(nulls = Nulls.FAIL)
  private Double to;

  @JsonProperty
  @JsonSetter(nulls = Nulls.FAIL)
  private Long seed;

  private OptionValues options = OptionValues.NONE;

  private AskedRequest() {}

  /**
   * Of a program that reads them in its own way; null is what was not said.
   *
   * @param times in seconds, by the input that they are
   */
  public static AskedRequest of(
      TaskKind task,
      Path video,
      Path audio,
      Map<TaskInput, Double> times,
      Long seed,
      OptionValues options) {
    AskedRequest asked = new AskedRequest();
    asked.task = task;
    asked.video = video;
    asked.audio = audio;
    asked.start = times.get(TaskInput.START);
    asked.seconds = times.get(TaskInput.SECONDS);
    asked.given = times.get(TaskInput.GIVEN);
    asked.from = times.get(TaskInput.FROM);
    asked.to = times.get(TaskInput.TO);
    asked.seed = seed;
    asked.options = options;
    return asked;
  }

  @JsonProperty("task")
  void readTask(String name) {
    Check.that(name != null, "task is missing; use %s", TaskKind.NAMES);
    task = TaskKind.named(name);
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

  private static Path path(String what, String file) {
    Check.that(file != null, "%s is null; name a file or leave it out", what);
    try {
      return Path.of(file);
    } catch (InvalidPathException e) {
      throw KinetoneException.user(e, "%s '%s' is not a path", what, file);
    }
  }

  /** What was said, by the names that it is read by; files are left out. */
  public ObjectNode write() {
    ObjectNode node = Json.MAPPER.createObjectNode();
    if (task != null) {
      node.put("task", task.label());
    }
    times().forEach((input, value) -> node.put(input.label(), value));
    if (seed != null) {
      node.put("seed", seed);
    }
    node.setAll(options.write());
    return node;
  }

  private Map<TaskInput, Double> times() {
    Map<TaskInput, Double> times = new EnumMap<>(TaskInput.class);
    put(times, TaskInput.START, start);
    put(times, TaskInput.SECONDS, seconds);
    put(times, TaskInput.GIVEN, given);
    put(times, TaskInput.FROM, from);
    put(times, TaskInput.TO, to);
    return times;
  }

  private static void put(Map<TaskInput, Double> times, TaskInput input, Double value) {
    if (value != null) {
      times.put(input, value);
    }
  }

  private Set<TaskInput> inputs(boolean withVideo, boolean withAudio) {
    Set<TaskInput> inputs = EnumSet.noneOf(TaskInput.class);
    inputs.addAll(times().keySet());
    if (withVideo) {
      inputs.add(TaskInput.VIDEO);
    }
    if (withAudio) {
      inputs.add(TaskInput.AUDIO);
    }
    return inputs;
  }

  /** What was given besides task, seed and options. */
  public Set<TaskInput> inputs() {
    return inputs(video != null, audio != null);
  }

  /** The task that was said, or that what is given implies. */
  public TaskKind kind() {
    return kind(video != null, audio != null);
  }

  /** The same where the media are given otherwise than by the names of files. */
  public TaskKind kind(boolean withVideo, boolean withAudio) {
    return task != null ? task : TaskKind.implied(withVideo, withAudio);
  }

  /** The given files. */
  public List<Path> files() {
    return Stream.of(video, audio).filter(file -> file != null).toList();
  }

  /** Whether a task, and not only what implies one, was said. */
  public boolean saysTask() {
    return task != null;
  }

  /** The seed that was said. */
  public Optional<Long> seed() {
    return Optional.ofNullable(seed);
  }

  /** The options that were said. */
  public OptionValues options() {
    return options;
  }

  /** Seconds to skip in the given media. */
  public double start() {
    return or(start, 0.0);
  }

  /** Seconds to take from there on; empty takes all that the task can use. */
  public OptionalDouble seconds() {
    return seconds == null ? OptionalDouble.empty() : OptionalDouble.of(seconds);
  }

  /**
   * Requires times within what anybody needs.
   *
   * @throws KinetoneException of kind USER naming the one that is not
   */
  public void requireRanges() {
    times()
        .forEach(
            (input, value) -> {
              boolean file = input == TaskInput.START || input == TaskInput.SECONDS;
              int most = file ? LONGEST_FILE : LONGEST_CLIP;
              Check.that(
                  value >= 0 && value <= most,
                  "%s = %s, must be between 0 and %d",
                  input.label(),
                  value,
                  most);
            });
  }

  /** The request of variant {@code variant} for the given files: seeds count up. */
  public GenerateRequest request(int variant) {
    TaskInput.requireApplicable(kind(), inputs());
    return request(
        variant,
        Optional.ofNullable(video)
            .map(file -> new MediaInput.File(requireFile(file), start(), seconds())),
        Optional.ofNullable(audio).map(file -> new MediaInput.File(requireFile(file), start())));
  }

  /** The same for media that are given otherwise; {@code start} and {@code seconds} are theirs. */
  public GenerateRequest request(
      int variant, Optional<? extends MediaInput> picture, Optional<? extends MediaInput> sound) {
    boolean withVideo = picture.isPresent();
    boolean withAudio = sound.isPresent();
    TaskInput.requireApplicable(kind(withVideo, withAudio), inputs(withVideo, withAudio));
    GenerateRequest.Builder builder =
        GenerateRequest.of(task(kind(withVideo, withAudio)))
            .seed(or(seed, 0L) + variant)
            .with(options);
    picture.ifPresent(builder::video);
    sound.ifPresent(builder::audio);
    return builder.build();
  }

  private static <T> T or(T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  private Task task(TaskKind kind) {
    return switch (kind) {
      case JOINT -> new Task.Joint();
      case A2V -> new Task.AudioToVideo();
      case V2A -> new Task.VideoToAudio();
      case CONTINUE -> new Task.Continue(or(given, GIVEN));
      case INPAINT -> new Task.Inpaint(or(from, FROM), or(to, TO));
      case SEGMENTS ->
          throw KinetoneException.user("task segments is for programs; use %s", TaskKind.NAMES);
    };
  }

  private static Path requireFile(Path file) {
    return InputFile.require(file, "media file");
  }
}
