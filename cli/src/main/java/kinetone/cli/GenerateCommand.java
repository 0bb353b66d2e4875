package kinetone.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import kinetone.common.Check;
import kinetone.pipeline.AskedRequest;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.Pipeline;
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
  private static final String FOLDER = "out";

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
        "{\"task\": \"v2a\", \"video\": \"silent.mp4\", \"seed\": 7}.",
        "All lines are checked first; one that fails later does not end the others. What is there"
            + " already is kept, so the same command goes on with what is missing."
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

  @Option(
      names = "--out",
      description = {
        "Output folder (default: " + FOLDER + ").",
        "Clips are called by the given file, task and seed, numbered where there is one already;"
            + " those of a batch begin with the request's number."
      })
  private Path folder;

  @Option(names = "--force", description = "Replace files that exist.")
  private boolean force;

  @Option(names = "--json", description = "Print one JSON object per clip.")
  private boolean json;

  @Mixin private WallOption wall;

  @Mixin private DeviceOption device;

  @Mixin private PrecisionOption precision;

  @Option(names = "--threads", description = "CPU threads of one operation.")
  @Within(min = 1, max = 1024)
  private Integer threads;

  @Override
  public Integer call() {
    Check.atLeast("--num-variants", variants, 1);
    List<String> arguments = options.with(denoising.values()).arguments();
    Check.that(
        batch == null || arguments.isEmpty(),
        "%s is for a single request; with --batch say it in the lines of %s",
        arguments.isEmpty() ? "" : arguments.get(0),
        batch);
    Check.that(
        output == null || folder == null,
        "--output names the file, so --out does not apply; leave one of them out");
    return batch == null ? single(options.asked()) : batch(RequestBatch.read(batch));
  }

  private int single(AskedRequest options) {
    requireOneClip(variants);
    options.request(0);
    ClipFiles files = files();
    files.check(options.kind(), options.files());
    try (WallOption.Trial trial = wall.open()) {
      options.files().forEach(trial::of);
    }
    return work(
        files,
        job -> {
          job.pipeline().check(options.request(0));
          for (int variant = 0; variant < variants; variant++) {
            GenerateRequest request = options.request(variant);
            System.out.println(job.make(request, name(options, request.seed()), options.files()));
          }
          return 0;
        });
  }

  private int batch(RequestBatch requests) {
    requireOneClip(requests.size() * variants);
    ClipFiles files = files();
    requests.check(request -> files.check(request.kind(), request.files()));
    try (WallOption.Trial trial = wall.open()) {
      requests.check(request -> request.files().forEach(trial::of));
    }
    return work(
        files,
        job -> {
          requests.check(request -> job.pipeline().check(request.request(0)));
          return requests.run((number, request) -> variants(job, number, request));
        });
  }

  /** The variants of a request of a batch that are not there yet. */
  private void variants(ClipJob job, int number, AskedRequest options) {
    for (int variant = 0; variant < variants; variant++) {
      GenerateRequest request = options.request(variant);
      String name = String.format(Locale.ROOT, "%03d-%s", number, name(options, request.seed()));
      Optional<Path> kept = job.files().kept(name);
      if (kept.isPresent()) {
        System.err.printf("%s exists and is kept; --force makes it again%n", kept.get());
      } else {
        System.out.println(job.make(request, name, options.files()));
      }
    }
  }

  private static String name(AskedRequest options, long seed) {
    return ClipFiles.name(options.files(), options.kind(), seed);
  }

  private void requireOneClip(int clips) {
    Check.that(
        output == null || clips == 1,
        "--output names one file but %d clips were asked for; use --out FOLDER",
        clips);
  }

  private ClipFiles files() {
    return output != null
        ? ClipFiles.named(output, force)
        : ClipFiles.in(folder == null ? Path.of(FOLDER) : folder, force);
  }

  /** Uses the loaded model. */
  private int work(ClipFiles files, ToIntFunction<ClipJob> work) {
    if (threads != null) {
      Engine.setThreads(threads);
    }
    Kinetone.Options how = device.options(precision.precision());
    try (Interruption interruption = new Interruption();
        Pipeline pipeline = Kinetone.load(ModelPath.resolve(model), how)) {
      return work.applyAsInt(new ClipJob(pipeline, files, json, true, interruption.cancellation()));
    }
  }
}
