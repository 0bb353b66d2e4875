package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What libraries say of themselves is nothing for people. */
class QuietLibrariesTest {
  @Test
  void a_command_that_loads_all_native_libraries_prints_its_own_lines_alone() throws Exception {
    Process process =
        ChildProcess.start(
            // As the launcher does; Java says that it was told.
            "export JDK_JAVA_OPTIONS=-Dorg.bytedeco.openblas.load=mkl_rt",
            "evaluate",
            "--list",
            "--judges=" + Path.of("../models/kinds-scenes"),
            "--alignment=" + Path.of("../models/align-scenes"),
            "--alignment-model=" + Path.of("../models/mdsgen-scenes"));
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.startsWith("NOTE: Picked up JDK_JAVA_OPTIONS"))
            .toList();
    assertThat(process.waitFor()).as(lines.toString()).isZero();
    assertThat(lines)
        .anyMatch(line -> line.startsWith("av-align "))
        .noneMatch(line -> line.contains("bytedeco") || line.contains("SLF4J"));
  }
}
