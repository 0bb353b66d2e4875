package kinetone.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.media.Clip;
import kinetone.media.ClipWriter;
import kinetone.media.SoundtrackWriter;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.GenerateResult;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.MediaInput;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.SoundtrackFile;
import kinetone.pipeline.TaskKind;
import kinetone.tensor.Engine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kinetone generate}. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Generates clips: sound and picture together, one from the other, or the missing part.",
      "",
      "Sound for a video (v2a) is as long as the video, whose pictures are copied unaltered; with"
          + " --start the pictures begin, and the sound with them, at the key picture there or"
          + " before.",
      "",
      "Examples:",
      "  kinetone generate --task joint --seed 7",
      "  kinetone generate --task v2a --video silent.mp4 -o sounding.mp4",
      "  kinetone generate --task a2v --audio sound.wav -n 3",
      "  kinetone generate --task continue --video start.mp4 --given 0.625",
      "  kinetone generate --task inpaint --video clip.mp4 --from 0.125 --to 1.625",
      "  kinetone generate --batch requests.jsonl --out results",
      ""
    })
final class GenerateCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      defaultValue = "monl-scenes",
      description = "Model folder, or the name of a shipped model (default: ${DEFAULT-VALUE}).")
  private String model;

  @ArgGroup(exclusive = false, multiplicity = "0..1", heading = "What to generate:%n")
  private GenerateOptions options = new GenerateOptions();

  @Mixin private OptionArguments denoising;

  @Option(
      names = "--batch",
      paramLabel = "FILE.jsonl",
      description = {
        "One request per line, with the options' names as keys:",
        "{\"task\": \"v2a\", \"video\": \"silent.mp4\", \"seed\": 7}"
      })
  private Path batch;

  @Option(
      names = {"-n", "--num-variants"},
      defaultValue = "1",
      description = "Variants of each request, with seeds counting up (default: 1).")
  @Within(min = 1, max = 100_000)
  private int variants;

  @Option(
      names = {"-o", "--output"},
      description = "Output file (.mp4, .wav, .flac; v2a: .mov, .mkv too) for a single clip.")
  private Path output;

  @Option(names = "--out", defaultValue = "out", description = "Output folder (default: out).")
  private Path folder;

  @Option(names = "--json", description = "Print one JSON object per clip.")
  private boolean json;

  @Mixin private DeviceOption device;

  @Mixin private PrecisionOption precision;

  @Option(names = "--threads", description = "CPU threads of one operation.")
  @Within(min = 1, max = 1024)
  private Integer threads;

  @Override
  public Integer call() {
    Check.atLeast("--num-variants", variants, 1);
    List<Json.Line<GenerateOptions>> requests =
        batch != null
            ? GenerateOptions.read(batch)
            : List.of(new Json.Line<>("", options.with(denoising.values())));
    Check.that(
        output == null || (requests.size() == 1 && variants == 1),
        "--output names one file but %d clips were asked for; use --out FOLDER",
        requests.size() * variants);
    if (output != null) {
      requireKnownEnding(output, requests.get(0).value().task);
    }
    // All requests are checked before the first is run.
    for (Json.Line<GenerateOptions> line : requests) {
      of(line, request -> request.request(0));
    }
    if (threads != null) {
      Engine.setThreads(threads);
    }
    Kinetone.Options how = device.options(precision.precision());
    try (Interruption interruption = new Interruption();
        Pipeline pipeline = Kinetone.load(ModelPath.resolve(model), how)) {
      for (int i = 0; i < requests.size(); i++) {
        for (int variant = 0; variant < variants; variant++) {
          String prefix = batch == null ? "" : String.format(Locale.ROOT, "%03d-", i + 1);
          Turn turn = new Turn(prefix, variant);
          String made =
              of(
                  requests.get(i),
                  request -> generate(pipeline, request, turn, interruption.cancellation()));
          System.out.println(made);
        }
      }
    }
    return 0;
  }

  /** What begins the name of a clip, and which of its variants it is. */
  private record Turn(String prefix, int variant) {}

  /** Uses a request; only those of a batch have a line to be named. */
  private <R> R of(Json.Line<GenerateOptions> line, Function<GenerateOptions, R> use) {
    return batch == null ? use.apply(line.value()) : line.apply(use);
  }

  /** Makes a clip; returns what is printed of it. */
  private String generate(
      Pipeline pipeline, GenerateOptions options, Turn turn, Cancellation cancellation) {
    GenerateRequest request = options.request(turn.variant);
    String name = turn.prefix + options.task.label() + "-seed" + request.seed();
    int steps =
        request.options().over(pipeline.index().defaults()).get(CommonOptions.NUM_INFERENCE_STEPS);
    if (options.task == TaskKind.V2A) {
      return soundtrack(pipeline, request, name, steps, cancellation);
    }
    GenerateResult result;
    try (ConsoleProgress progress = new ConsoleProgress(name, steps, "steps")) {
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
    Path file = output != null ? output : folder.resolve(name + ".mp4");
    write(file, result.clip());
    return json ? json(result, file, options.task, steps).toString() : file.toString();
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

  private String soundtrack(
      Pipeline pipeline,
      GenerateRequest request,
      String name,
      int steps,
      Cancellation cancellation) {
    MediaInput.File video = (MediaInput.File) request.video().orElseThrow();
    Path file = output != null ? output : SoundtrackFile.in(folder, name, video.path());
    SoundtrackFile made;
    try (ConsoleProgress progress = new ConsoleProgress(name, 1, "steps")) {
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
    return json ? json(made, steps).toString() : file.toString();
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

  private static void requireKnownEnding(Path file, TaskKind task) {
    if (task == TaskKind.V2A) {
      SoundtrackWriter.isSoundAlone(file);
      return;
    }
    Path name = file.getFileName();
    Check.that(
        name != null && name.toString().matches("(?i).+\\.(mp4|wav|flac)"),
        "output %s: the name must end in .mp4, .wav or .flac",
        file);
  }

  private static void write(Path file, Clip clip) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".wav")) {
      ClipWriter.writeWav(file, clip.audio().orElseThrow());
    } else if (name.endsWith(".flac")) {
      ClipWriter.writeFlac(file, clip.audio().orElseThrow());
    } else {
      ClipWriter.writeMp4(file, clip);
    }
  }
}
