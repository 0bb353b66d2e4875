package kinetone.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import kinetone.common.Memory;
import kinetone.data.ClipSource;
import kinetone.data.LatentNetworks;
import kinetone.data.LatentPreparation;
import kinetone.data.ManifestReport;
import kinetone.data.ManifestSource;
import kinetone.data.SceneSource;
import kinetone.media.ClipFormat;
import kinetone.media.Limits;
import kinetone.scene.Combinations;
import kinetone.scene.SceneMix;
import kinetone.tensor.Engine;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kinetone prepare}. */
@Command(
    name = "prepare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Encodes clips with codecs into the latents that a denoiser trains on.",
      "",
      "Interrupted, the same command goes on where it stopped.",
      "",
      "Examples:",
      "  kinetone prepare --video-codec runs/video-codec/model \\",
      "      --audio-codec runs/audio-codec/model --scenes 20000 --seed 1 \\",
      "      --out data/latents",
      "  kinetone prepare --video-codec runs/video-codec/model \\",
      "      --audio-codec runs/audio-codec/model --files my-clips/ --out data/latents",
      "  kinetone prepare --audio-codec runs/mel-codec/model --cavp runs/cavp/model \\",
      "      --scenes 20000 --out data/mel-latents",
      "  kinetone prepare --video-codec runs/video-codec/model \\",
      "      --audio-codec runs/audio-codec/model --text-encoder runs/text/model \\",
      "      --scenes 20000 --combinations common --out data/told-latents",
      ""
    })
final class PrepareCommand implements Callable<Integer> {
  @Option(
      names = "--video-codec",
      paramLabel = "DIR",
      description = "Folder of a codec of pictures, of any kind.")
  private Path videoCodec;

  @Option(
      names = "--audio-codec",
      paramLabel = "DIR",
      description = "Folder of a codec of sound, of any kind.")
  private Path audioCodec;

  @Option(
      names = "--cavp",
      paramLabel = "DIR",
      description = "Folder of a CAVP network whose picture features are kept with the latents.")
  private Path cavp;

  @Option(
      names = "--text-encoder",
      paramLabel = "DIR",
      description =
          "Folder of a text encoder: what it makes of the captions of clips is kept with the latents"
              + " (scenes have captions; files by a manifest's column or a .txt beside each).")
  private Path textEncoder;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder of latents.")
  private Path out;

  @ArgGroup(multiplicity = "1")
  private Source source;

  static final class Source {
    @ArgGroup(exclusive = false)
    private Scenes scenes;

    @Option(
        names = "--files",
        paramLabel = "PATH",
        description = {
          "A folder of media files, or a manifest: CSV with a column path and, if wanted, start,"
              + " end (seconds) and caption, or JSONL with these keys.",
          "What was taken and what was not, and why, stands in report.json."
        })
    private Path files;
  }

  static final class Scenes {
    @Option(
        names = "--scenes",
        required = true,
        paramLabel = "COUNT",
        description = "Procedural sounding scenes.")
    @Within(min = 1, max = 1_000_000_000)
    private long count;

    @Option(
        names = "--seed",
        defaultValue = "1",
        description = "World of the scenes (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
        names = "--combinations",
        defaultValue = "all",
        description = {
          "Which combinations of thing, colour and count: ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE}).",
          "COMMON leaves a fixed few out, HELD_OUT has nothing else: train on the first, measure on"
              + " the second."
        })
    private Combinations combinations;
  }

  @Option(names = "--width", defaultValue = "64", description = "Pixels (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 8192)
  private int width;

  @Option(names = "--height", defaultValue = "64", description = "Pixels (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 8192)
  private int height;

  @Option(names = "--frames", defaultValue = "17", description = "Per clip (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 1_000_000)
  private int frames;

  @Option(names = "--fps", defaultValue = "8", description = "Hz (${DEFAULT-VALUE}).")
  @Within(min = 0, max = 1000)
  private double framesPerSecond;

  @Option(names = "--samples", defaultValue = "34000", description = "Per clip (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 500_000_000)
  private int samples;

  @Option(names = "--rate", defaultValue = "16000", description = "Hz (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 768_000)
  private int sampleRate;

  @Option(
      names = "--labels",
      description = "Keep the kind of each scene with its latents, for models that know classes.")
  private boolean labels;

  @Option(
      names = "--shard-size",
      defaultValue = "1000",
      description = "Clips per file (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 1_000_000)
  private int shardSize;

  @Option(
      names = "--batch",
      defaultValue = "16",
      description =
          "Clips at once (${DEFAULT-VALUE}). The last bits of latents depend on it, so a folder is"
              + " gone on with only in the same batches.")
  @Within(min = 1, max = 65_536)
  private int batch;

  @Option(
      names = "--loader-threads",
      defaultValue = "1",
      description = "Threads that render or decode clips (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 256)
  private int loaderThreads;

  @Mixin private WallOption wall;

  @Mixin private DeviceOption device;

  @Option(names = "--threads", description = "CPU threads of one operation.")
  @Within(min = 1, max = 1024)
  private Integer threads;

  @Override
  public Integer call() {
    if (threads != null) {
      Engine.setThreads(threads);
    }
    Device where = device.device();
    LatentPreparation preparation =
        source.files == null ? scenes(source.scenes) : files(source.files);
    preparation.check(out);
    try (Interruption interruption = new Interruption();
        ConsoleProgress progress = new ConsoleProgress("prepare", preparation.count(), "clips")) {
      preparation.run(
          out,
          where,
          clips -> {
            interruption.check();
            progress.at(clips);
          });
    }
    System.out.println(out);
    return 0;
  }

  private ClipFormat format() {
    return new ClipFormat(width, height, frames, framesPerSecond, samples, sampleRate);
  }

  private LatentPreparation files(Path path) {
    ManifestSource clips;
    try (WallOption.Trial trial = wall.open()) {
      clips = ManifestSource.open(path, format(), Limits.defaults(), trial);
    }
    ManifestReport report = clips.report();
    LatentPreparation preparation =
        preparation(
            clips, Map.of("kind", "files", "sha256", report.digest()), format(), clips.size());
    preparation.check(out);
    report.write(out.resolve("report.json"));
    System.err.printf(
        "%d clips from %d files; %d files rejected, see %s%n",
        clips.size(),
        report.accepted().size(),
        report.rejected().size(),
        out.resolve("report.json"));
    return preparation;
  }

  private LatentPreparation scenes(Scenes chosen) {
    ClipFormat format = format();
    Map<String, String> description = new TreeMap<>();
    description.putAll(Map.of("kind", "scenes", "seed", Long.toString(chosen.seed), "mix", "all"));
    if (chosen.combinations != Combinations.ALL) {
      description.put("combinations", chosen.combinations.label());
    }
    return preparation(
        new SceneSource(format, SceneMix.all(), chosen.seed, chosen.count, chosen.combinations),
        description,
        format,
        chosen.count);
  }

  private LatentPreparation preparation(
      ClipSource clips, Map<String, String> description, ClipFormat format, long count) {
    Memory.require(
        "a batch of %d clips of %d pictures of %dx%d pixels"
            .formatted(batch, frames, width, height),
        batch * format.tensorBytes(),
        "give a smaller --batch");
    return new LatentPreparation(
        clips,
        description,
        format,
        count,
        new LatentNetworks(
            Optional.ofNullable(videoCodec),
            Optional.ofNullable(audioCodec),
            Optional.ofNullable(cavp),
            Optional.ofNullable(textEncoder)),
        shardSize,
        batch,
        loaderThreads,
        labels);
  }
}
