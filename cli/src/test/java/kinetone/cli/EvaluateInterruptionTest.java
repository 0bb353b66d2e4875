package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kinetone.media.ClipFormat;
import kinetone.media.ClipWriter;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code evaluate} in a process of its own that is killed, and over many clips:
 *
 * <pre>
 * mvn -pl cli -am test -Dtest=EvaluateInterruptionTest -Dkinetone.evaluate.clips=2000
 * </pre>
 */
@DisabledOnOs(OS.WINDOWS)
class EvaluateInterruptionTest {
  private static final Path JUDGES = Path.of("../models/kinds-scenes");
  private static final int CLIPS = 4;
  private static final int MANY = Integer.getInteger("kinetone.evaluate.clips", 0);
  private static final long GROWTH = 48L << 20;

  @TempDir Path folder;

  private Path scenes(String name, int count, ClipFormat format) throws IOException {
    Path real = Files.createDirectories(folder.resolve(name));
    SceneGenerator scenes = new SceneGenerator(format, SceneMix.all(), 5);
    for (int i = 0; i < count; i++) {
      ClipWriter.writeMp4(real.resolve("%05d.mp4".formatted(i)), scenes.scene(i).clip());
    }
    return real;
  }

  private static long files(Path below, String ending) throws IOException {
    if (!Files.exists(below)) {
      return 0;
    }
    try (Stream<Path> all = Files.walk(below)) {
      return all.filter(file -> file.getFileName().toString().endsWith(ending))
          .filter(Files::isRegularFile)
          .count();
    } catch (UncheckedIOException e) {
      // A file that went while the folder was read; it is counted again soon.
      return 0;
    }
  }

  @Test
  @Timeout(240)
  void killed_while_it_generates_and_while_it_measures_it_goes_on_and_finds_the_same()
      throws Exception {
    TinyModel.write(folder.resolve("model"));
    Path real = scenes("real", CLIPS, ClipFormat.of(16, 16, 9, 8, 8000));
    Path out = folder.resolve("killed");
    String[] command = command(real, out);
    // No clip is whole yet; one is; one is measured.
    killed(command, () -> Files.exists(out));
    killed(command, () -> files(out.resolve("model"), ".mp4") > 0);
    killed(command, () -> files(out.resolve("features"), "") > 0);
    assertThat(out.resolve("report.json")).doesNotExist();
    assertThat(Captured.run(command).status()).isZero();
    Path whole = folder.resolve("whole");
    assertThat(Captured.run(command(real, whole)).status()).isZero();
    for (String file : List.of("report.json", "figures.csv", "clips.csv", "index.html")) {
      assertThat(out.resolve(file)).as(file).hasSameBinaryContentAs(whole.resolve(file));
    }
    assertThat(files(out.resolve("model"), "")).isEqualTo(CLIPS);
  }

  private String[] command(Path real, Path out) {
    return new String[] {
      "evaluate",
      "--real",
      real.toString(),
      "--model",
      folder.resolve("model").toString(),
      "--task",
      "v2a",
      "--judges",
      JUDGES.toString(),
      "--out",
      out.toString()
    };
  }

  /** When the process is to be killed. */
  private interface Moment {
    boolean hasCome() throws IOException;
  }

  private static void killed(String[] command, Moment moment) throws Exception {
    Process process = ChildProcess.start("exec 2>&1 >/dev/null", command);
    while (process.isAlive() && !moment.hasCome()) {
      Thread.sleep(2);
    }
    assertThat(process.isAlive()).as("killed in the middle").isTrue();
    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
  }

  /** The heap has 256 MB; native memory is watched from outside. */
  @Test
  void thousands_of_clips_take_no_more_memory_than_some() throws Exception {
    assumeThat(MANY).as("an ordeal, -Dkinetone.evaluate.clips=2000").isPositive();
    Path real = scenes("real", 8, ClipFormat.of(64, 64, 17, 8, 16000));
    Path made = Files.createDirectories(folder.resolve("made"));
    for (int i = 0; i < MANY; i++) {
      // The same clip with other bytes behind it, so that it is measured and not remembered.
      byte[] clip = Files.readAllBytes(real.resolve("%05d.mp4".formatted(i % 8)));
      byte[] free =
          ByteBuffer.allocate(12)
              .putInt(12)
              .put("free".getBytes(StandardCharsets.US_ASCII))
              .putInt(i)
              .array();
      Path file = made.resolve("%05d.mp4".formatted(i));
      Files.write(file, clip);
      Files.write(file, free, StandardOpenOption.APPEND);
    }
    Path out = folder.resolve("out");
    Process process =
        ChildProcess.start(
            ":",
            "evaluate",
            "--real",
            real.toString(),
            "--made",
            made.toString(),
            "--judges",
            JUDGES.toString(),
            "--alignment",
            "../models/align-scenes",
            "--alignment-model",
            "../models/mdsgen-scenes",
            "--out",
            out.toString());
    Thread drain =
        new Thread(
            () -> {
              try {
                process.getInputStream().transferTo(System.out);
              } catch (IOException e) {
                // It has ended.
              }
            });
    drain.setDaemon(true);
    drain.start();
    List<Long> resident = new ArrayList<>();
    Path drift = out.resolve("features").resolve("tracks-1");
    long began = System.nanoTime();
    while (process.isAlive()) {
      long done = files(drift, "");
      long bytes = resident(process.pid());
      if (done >= MANY / 10 && done < MANY && bytes > 0) {
        resident.add(bytes);
        System.out.printf(
            "%.0f s: %d clips, %d MiB%n", (System.nanoTime() - began) / 1e9, done, bytes >> 20);
      }
      Thread.sleep(2000);
    }
    assertThat(process.waitFor()).isZero();
    assertThat(out.resolve("report.json")).content().contains("\"clips\" : " + MANY);
    long first = mean(resident.subList(0, resident.size() / 4));
    long last = mean(resident.subList(3 * resident.size() / 4, resident.size()));
    System.out.printf("first quarter %d MiB, last %d MiB%n", first >> 20, last >> 20);
    assertThat(last - first).isLessThan(GROWTH);
  }

  private static long mean(List<Long> values) {
    return (long) values.stream().mapToLong(value -> value).average().orElseThrow();
  }

  private static long resident(long pid) {
    try (Stream<String> status = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return status
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }
}
