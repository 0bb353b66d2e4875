package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that takes no more, played by the limit that shells put on the size of files: writes fail
 * half-way with an error, which needs neither privileges nor a file system of its own.
 */
@DisabledOnOs(OS.WINDOWS)
class FullDiskTest {
  @TempDir Path folder;

  @Test
  void a_clip_that_does_not_fit_leaves_one_line_and_no_file() throws Exception {
    Path model = TinyModel.write(folder.resolve("model"));
    Path out = Files.createDirectory(folder.resolve("out"));
    Process process =
        ChildProcess.start(
            "ulimit -f 2",
            "generate",
            "--model",
            model.toString(),
            "--num-inference-steps",
            "1",
            "--out",
            out.toString());
    List<String> lines;
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      lines = output.lines().toList();
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(lines)
        .filteredOn(line -> line.startsWith("kinetone: "))
        .singleElement()
        .asString()
        .contains("cannot write", "joint-seed0.mp4", "File too large");
    assertThat(process.exitValue()).as(lines.toString()).isEqualTo(2);
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files).isEmpty();
    }
  }
}
