package kinetone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
      "Beside each lies the truth (events, positions, caption) in JSON. The same command gives the"
          + " same bytes; files of the same names are replaced.",
      "",
      "Examples:",
      "  kinetone scenes --count 8 --out scenes",
      "  kinetone scenes --kind BALL --width 256 --height 256 --fps 24 --frames 72",
      ""
    })
final class ScenesCommand implements Callable<Integer> {
  @Option(names = "--count", defaultValue = "8", description = "Clips (default: 8).")
  private int count;

  @Option(names = "--first", defaultValue = "0", description = "Number of the first (default: 0).")
  private long first;

  @Option(names = "--seed", defaultValue = "0", description = "Seed of the world (default: 0).")
  private long seed;

  @Option(names = "--kind", description = "Only this kind: ${COMPLETION-CANDIDATES}.")
  private SceneKind kind;

  @Option(names = "--width", defaultValue = "64", description = "Pixels (default: 64).")
  private int width;

  @Option(names = "--height", defaultValue = "64", description = "Pixels (default: 64).")
  private int height;

  @Option(names = "--frames", defaultValue = "17", description = "Pictures (default: 17).")
  private int frames;

  @Option(names = "--fps", defaultValue = "8", description = "Pictures per second (default: 8).")
  private double fps;

  @Option(
      names = "--rate",
      defaultValue = "16000",
      description = "Hz of the sound (default: 16000).")
  private int rate;

  @Option(names = "--silent", description = "Leave the sound out.")
  private boolean silent;

  @Option(names = "--out", defaultValue = "scenes", description = "Folder (default: scenes).")
  private Path out;

  @Override
  public Integer call() {
    Check.atLeast("--count", count, 1);
    ClipFormat format = ClipFormat.of(width, height, frames, fps, rate);
    OutputFile.requireFolder(out);
    ClipWriter.requireFits(out.resolve("scene.mp4"), format, rate, 1);
    SceneMix mix = kind == null ? SceneMix.all() : SceneMix.only(kind);
    SceneGenerator generator = new SceneGenerator(format, mix, seed);
    try (ConsoleProgress progress = new ConsoleProgress("scenes", count, "clips")) {
      for (int i = 0; i < count; i++) {
        Scene scene = generator.scene(first + i);
        String name =
            String.format(
                Locale.ROOT,
                "%05d-%s",
                first + i,
                scene.truth().kind().name().toLowerCase(Locale.ROOT));
        Clip clip = scene.clip();
        ClipWriter.writeMp4(
            out.resolve(name + ".mp4"), silent ? Clip.of(clip.video().orElseThrow()) : clip);
        AtomicFile.write(
            out.resolve(name + ".json"), file -> Files.writeString(file, truth(scene)));
        progress.at(i + 1);
      }
    }
    System.out.println(out);
    return 0;
  }

  private static String truth(Scene scene) throws JsonProcessingException {
    // In this order, always: the same scene gives the same bytes.
    Map<String, Object> truth = new LinkedHashMap<>();
    truth.put("kind", scene.truth().kind());
    truth.put("caption", scene.truth().caption());
    truth.put("events", scene.truth().events());
    truth.put("sources", scene.truth().sources());
    return Json.MAPPER.writeValueAsString(truth) + "\n";
  }
}
