package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kinetone.common.AtomicFile;
import kinetone.testkit.Mutants;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged files: whatever is in them, a command ends soon, with status 0 or with 2 and one line,
 * and leaves nothing behind but what it says.
 *
 * <p>The build takes a few of the {@link Mutants} through {@code info}. All of them, through
 * everything that reads media:
 *
 * <pre>
 * mvn -B -q -pl cli -am test -Dtest=HostileInputTest -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dkinetone.mutants=240 -Dkinetone.mutants.through=info,v2a,a2v,continue,inpaint,joint,prepare
 * </pre>
 */
class HostileInputTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final List<String> THROUGH =
      List.of(System.getProperty("kinetone.mutants.through", "info").split(","));

  /** Command and status to how often. */
  private static final Map<String, Integer> FIGURES = new TreeMap<>();

  private static double slowest;

  @TempDir static Path shared;
  private static Path model;
  private static Mutants mutants;

  @BeforeAll
  static void prepare() {
    model = TinyModel.write(shared.resolve("model"));
    mutants = new Mutants(shared);
  }

  @AfterAll
  static void report() {
    System.out.printf("mutants by command and status: %s; slowest %.1f s%n", FIGURES, slowest);
  }

  static IntStream numbers() {
    return IntStream.range(0, Integer.getInteger("kinetone.mutants", 12));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void the_files_are_good_before_they_are_damaged(int number) throws IOException {
    Path folder = Files.createDirectory(shared.resolve("good" + number));
    Path file = mutants.writeBase(number, folder);
    Path out = shared.resolve("good-out" + number);
    boolean sound = file.toString().endsWith(".wav");
    for (String command : List.of("info", sound ? "a2v" : "v2a", sound ? "info" : "prepare")) {
      Captured run = Captured.run(arguments(model, command, file, out.resolve(command)));
      assertThat(run.status()).as("%s %s: %s", command, file, run.err()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void a_damaged_file_is_read_or_refused(int number) throws IOException {
    Path folder = Files.createDirectory(shared.resolve("in" + number));
    Path file = mutants.write(number, folder);
    for (String command : THROUGH) {
      Path out = shared.resolve("out-" + command);
      long began = System.nanoTime();
      Captured run =
          assertTimeoutPreemptively(
              LIMIT,
              () -> Captured.run(arguments(model, command, file, out)),
              command + " " + file);
      slowest = Math.max(slowest, (System.nanoTime() - began) / 1e9);
      FIGURES.merge(command + " " + run.status(), 1, Integer::sum);
      judge(command + " " + file, run, out);
      AtomicFile.deleteQuietly(out);
    }
    assertThat(folder).isDirectoryContaining(file::equals);
    AtomicFile.deleteQuietly(folder);
  }

  /** The command line that takes {@code file} through a command, or through a task of generate. */
  static String[] arguments(Path model, String command, Path file, Path out) {
    String input = file.toString();
    if (command.equals("info")) {
      return new String[] {"info", input};
    }
    if (command.equals("prepare")) {
      return ("prepare --width 16 --height 16 --frames 9 --samples 9000 --rate 8000 --batch 1"
              + " --device cpu --video-codec %s --audio-codec %s --files %s --out %s")
          .formatted(
              model.resolve("video_codec"), model.resolve("audio_codec"), file.getParent(), out)
          .split(" ");
    }
    String given =
        switch (command) {
          case "joint" -> "";
          case "a2v" -> " --audio " + input;
          case "continue" -> " --given 0.375 --video " + input;
          case "inpaint" -> " --from 0.25 --to 0.75 --video " + input;
          default -> " --video " + input;
        };
    return "generate --num-inference-steps 2 --task %s --model %s --out %s%s"
        .formatted(command, model, out, given)
        .split(" ");
  }

  private static void judge(String what, Captured run, Path out) throws IOException {
    assertThat(run.status()).as("%s: %s", what, run.err()).isIn(0, 2);
    if (run.status() == 2) {
      assertThat(run.err().stream().filter(line -> line.startsWith("kinetone: ")))
          .as(what)
          .singleElement()
          .asString()
          .doesNotContainPattern("\\p{Cntrl}");
    }
    if (Files.exists(out)) {
      try (Stream<Path> left = Files.walk(out)) {
        List<Path> files = left.filter(Files::isRegularFile).toList();
        assertThat(files)
            .as(what)
            .noneMatch(file -> file.getFileName().toString().matches("\\.(tmp|old)-.*"));
        assertThat(run.status() == 2 && !what.startsWith("prepare") ? files : List.of())
            .as(what)
            .isEmpty();
      }
    }
  }
}
