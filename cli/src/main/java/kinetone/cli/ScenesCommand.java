package kinetone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import kinetone.checkpoint.Json;
import kinetone.common.AtomicFile;
import kinetone.common.Check;
import kinetone.common.OutputFile;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.ClipWriter;
import kinetone.pipeline.TaskKind;
import kinetone.scene.Captions;
import kinetone.scene.Combinations;
import kinetone.scene.Facts;
import kinetone.scene.Scene;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneKind;
import kinetone.scene.SceneMix;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kinetone scenes}. */
@Command(
    name = "scenes",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Renders sounding scenes: procedural clips whose sound follows from the picture.",
      "",
      "Beside each lies the truth (facts, events, positions, captions) in JSON and its caption as"
          + " text. The same command gives the same bytes; files of the same names are replaced.",
      "",
      "Examples:",
      "  kinetone scenes --count 8 --out scenes",
      "  kinetone scenes --kind ball --silent -o silent.mp4",
      "  kinetone scenes --kind ball --width 256 --height 256 --fps 24 --frames 72",
      ""
    })
final class ScenesCommand implements Callable<Integer> {
  private static final int COUNT = 8;
  private static final int CAPTIONS = 8;
  private static final String FOLDER = "scenes";

  @Option(names = "--count", description = "Clips (default: " + COUNT + "; with --output 1).")
  @Within(min = 1, max = 1_000_000)
  private Integer count;

  @Option(names = "--first", defaultValue = "0", description = "Number of the first (default: 0).")
  @Within(min = 0, max = 1_000_000_000_000_000L)
  private long first;

  @Option(names = "--seed", defaultValue = "0", description = "Seed of the world (default: 0).")
  private long seed;

  @Option(names = "--kind", description = "Only this kind: ${COMPLETION-CANDIDATES}.")
  private SceneKind kind;

  @Option(
      names = "--combinations",
      defaultValue = "all",
      description =
          "Which combinations of thing, colour and count: ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE}). COMMON leaves a fixed few out, HELD_OUT has nothing else.")
  private Combinations combinations;

  @Option(names = "--width", defaultValue = "64", description = "Pixels (default: 64).")
  @Within(min = 1, max = 8192)
  private int width;

  @Option(names = "--height", defaultValue = "64", description = "Pixels (default: 64).")
  @Within(min = 1, max = 8192)
  private int height;

  @Option(names = "--frames", defaultValue = "17", description = "Pictures (default: 17).")
  @Within(min = 1, max = 1_000_000)
  private int frames;

  @Option(names = "--fps", defaultValue = "8", description = "Pictures per second (default: 8).")
  @Within(min = 0, max = 1000)
  private double fps;

  @Option(
      names = "--rate",
      defaultValue = "16000",
      description = "Hz of the sound (default: 16000).")
  @Within(min = 1, max = 768_000)
  private int rate;

  @Option(names = "--silent", description = "Leave the sound out.")
  private boolean silent;

  @Option(names = "--out", description = "Folder (default: " + FOLDER + ").")
  private Path folder;

  @Option(
      names = {"-o", "--output"},
      description = "Output file (.mp4, .wav, .flac) for a single clip, without its truth.")
  private Path output;

  @Option(names = "--force", description = "Replace the output file if it exists.")
  private boolean force;

  @Override
  public Integer call() {
    Check.that(
        output == null || folder == null,
        "--output names the file, so --out does not apply; leave one of them out");
    Check.that(
        !force || output != null,
        "--force is for the file of --output; clips in a folder are replaced anyway");
    Check.that(
        output == null || count == null || count == 1,
        "--output names one file but %s clips were asked for; use --out FOLDER",
        count);
    int clips = count == null ? COUNT : Check.atLeast("--count", count, 1);
    ClipFormat format = ClipFormat.of(width, height, frames, fps, rate);
    SceneMix mix = kind == null ? SceneMix.all() : SceneMix.only(kind);
    SceneGenerator generator = new SceneGenerator(format, mix, seed);
    System.out.println(
        output == null
            ? folder(generator, format, folder == null ? Path.of(FOLDER) : folder, clips)
            : file(generator, format));
    return 0;
  }

  private Path file(SceneGenerator generator, ClipFormat format) {
    ClipFiles.named(output, force).check(TaskKind.JOINT, List.of());
    ClipWriter.requireFits(output, format, rate, 1);
    ClipWriter.write(output, clip(generator.scene(combinations.number(generator, first))));
    return output;
  }

  private Path folder(SceneGenerator generator, ClipFormat format, Path out, int clips) {
    OutputFile.requireFolder(out);
    ClipWriter.requireFits(out.resolve("scene.mp4"), format, rate, 1);
    try (ConsoleProgress progress = new ConsoleProgress("scenes", clips, "clips")) {
      for (int i = 0; i < clips; i++) {
        long number = combinations.number(generator, first + i);
        Scene scene = generator.scene(number);
        String name =
            String.format(
                Locale.ROOT,
                "%05d-%s",
                first + i,
                scene.truth().kind().name().toLowerCase(Locale.ROOT));
        ClipWriter.writeMp4(out.resolve(name + ".mp4"), clip(scene));
        AtomicFile.write(
            out.resolve(name + ".json"),
            file -> Files.writeString(file, truth(scene, generator.captions(number, CAPTIONS))));
        AtomicFile.write(
            out.resolve(name + ".txt"),
            file -> Files.writeString(file, scene.truth().caption() + "\n"));
        progress.at(i + 1);
      }
    }
    return out;
  }

  private Clip clip(Scene scene) {
    Clip clip = scene.clip();
    return silent ? Clip.of(clip.video().orElseThrow()) : clip;
  }

  private static String truth(Scene scene, List<String> captions) throws JsonProcessingException {
    // In this order, always: the same scene gives the same bytes.
    Map<String, Object> truth = new LinkedHashMap<>();
    truth.put("kind", scene.truth().kind());
    truth.put("caption", scene.truth().caption());
    truth.put("captions", captions);
    truth.put("plain", Captions.plain(scene.truth().facts()));
    truth.put("facts", facts(scene.truth().facts()));
    truth.put("events", scene.truth().events());
    truth.put("sources", scene.truth().sources());
    return Json.MAPPER.writeValueAsString(truth) + "\n";
  }

  /** What is unknown of a place is left out. */
  private static Map<String, Object> facts(Facts facts) {
    Map<String, Object> place = new LinkedHashMap<>();
    facts.place().colour().ifPresent(colour -> place.put("colour", colour));
    place.put("light", facts.place().light());
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("kind", facts.kind());
    all.put("things", facts.things());
    all.put("place", place);
    return all;
  }
}
