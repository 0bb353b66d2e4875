package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher, with a Maven and a Java that only say what they were asked for. */
@EnabledOnOs({OS.LINUX, OS.MAC})
@Timeout(60)
class LauncherTest {
  private static final String MAVEN =
      """
      #!/usr/bin/env bash
      echo "[INFO] Building Kinetone core 0.1.0-SNAPSHOT                 [5/7]"
      echo "[INFO] Downloading from central: https://example.org/org/x/pytorch-2.jar"
      sleep 1.5
      [ -z "${FAIL:-}" ] || { echo "[ERROR] no network"; exit 1; }
      mkdir -p cli/target && pwd > cli/target/kinetone.jar
      """;
  private static final String JAVA =
      """
      #!/usr/bin/env bash
      echo "charmap $(locale charmap)"
      echo "home $KINETONE_HOME"
      echo "wait $OMP_WAIT_POLICY ${GOMP_SPINCOUNT:-}"
      printf 'argument %s\\n' "$@"
      """;

  @TempDir Path folder;
  private Path clone;

  @BeforeEach
  void write() throws IOException {
    clone = Files.createDirectories(folder.toRealPath().resolve("ä ü/clone"));
    Files.copy(Path.of("..", "kinetone"), clone.resolve("kinetone"));
    assertThat(clone.resolve("kinetone").toFile().setExecutable(true)).isTrue();
    for (String path :
        List.of("pom.xml", "cli/pom.xml", "cli/src/main/A.java", ".mvn/jvm.config")) {
      Files.createDirectories(clone.resolve(path).getParent());
      Files.writeString(clone.resolve(path), "");
    }
    script("tools/mvn", MAVEN);
    script("jdk/bin/java", JAVA);
  }

  private void script(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** Lines of output and errors, the last one with the status. */
  private List<String> run(Path launcher, Map<String, String> environment) throws Exception {
    return run(environment, launcher.toString(), "info", "a b");
  }

  private List<String> run(Map<String, String> environment, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).directory(folder.toFile());
    builder.environment().put("PATH", folder.resolve("tools") + ":" + System.getenv("PATH"));
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    builder
        .environment()
        .keySet()
        .removeAll(List.of("KINETONE_HOME", "LC_ALL", "LC_CTYPE", "LANG", "OMP_WAIT_POLICY"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    List<String> lines =
        new ArrayList<>(
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList());
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    lines.add("status " + process.exitValue());
    return lines;
  }

  @Test
  void builds_where_it_really_is_and_runs_in_utf_8() throws Exception {
    Path links = Files.createDirectory(folder.resolve("links"));
    Path absolute = Files.createSymbolicLink(links.resolve("kt"), clone.resolve("kinetone"));
    Path relative = Files.createSymbolicLink(links.resolve("kinetone"), Path.of("kt"));
    for (Path launcher : List.of(relative, absolute, clone.resolve("kinetone"))) {
      Files.deleteIfExists(clone.resolve("cli/target/kinetone.jar"));
      for (String locale : List.of("POSIX", "C", "")) {
        List<String> lines = run(launcher, Map.of("LC_ALL", locale));
        assertThat(lines)
            .as("%s in '%s'", launcher, locale)
            .contains("charmap UTF-8", "home " + clone, "argument a b", "status 0")
            .contains("argument " + clone.resolve("cli/target/kinetone.jar"));
      }
      assertThat(clone.resolve("cli/target/kinetone.jar")).hasContent(clone.toString());
    }
  }

  @Test
  void how_threads_wait_is_set_unless_told() throws Exception {
    Path launcher = clone.resolve("kinetone");
    assertThat(run(launcher, Map.of())).contains("wait active 300");
    assertThat(run(launcher, Map.of("GOMP_SPINCOUNT", "7"))).contains("wait active 7");
    assertThat(run(launcher, Map.of("OMP_WAIT_POLICY", "passive"))).contains("wait passive ");
  }

  @ParameterizedTest
  @CsvSource({"ulimit -v 3000000, addresses is 3000000 KiB", "ulimit -n 20, open files is 20"})
  void limits_under_which_java_says_nothing_are_told(String limit, String told) throws Exception {
    String launcher = clone.resolve("kinetone").toString();
    run(Map.of(), launcher, "info");
    assertThat(run(Map.of(), "bash", "-c", limit + " && exec \"$0\" info", launcher))
        .hasSize(2)
        .contains("status 71")
        .anyMatch(line -> line.startsWith("kinetone: ") && line.contains(told));
  }

  @Test
  void a_build_says_what_it_is_doing_and_a_failed_one_why() throws Exception {
    assertThat(run(clone.resolve("kinetone"), Map.of()))
        .anyMatch(line -> line.matches("kinetone: \\d+ s, (fetching pytorch-2.jar|starting Maven)"))
        .contains("status 0");
    // What is built is not built again.
    assertThat(run(clone.resolve("kinetone"), Map.of())).noneMatch(l -> l.contains("building"));
    Files.delete(clone.resolve("cli/target/kinetone.jar"));
    assertThat(run(clone.resolve("kinetone"), Map.of("FAIL", "1")))
        .contains("[ERROR] no network", "status 70")
        .anyMatch(line -> line.contains("the whole log is"));
  }

  @Test
  void without_a_java_that_is_new_enough_one_line_says_what_to_do() throws Exception {
    Path launcher = clone.resolve("kinetone");
    Path gone = folder.resolve("gone");
    told(run(launcher, Map.of("JAVA_HOME", gone.toString())), "JAVA_HOME is " + gone, "unset it");

    Path none = Files.createDirectory(folder.resolve("none"));
    for (String tool : List.of("bash", "env", "locale", "dirname", "readlink", "sed", "find")) {
      script("none/" + tool, "#!" + where("bash") + "\nexec " + where(tool) + " \"$@\"\n");
    }
    told(
        run(launcher, Map.of("JAVA_HOME", "", "PATH", none.toString())),
        "Java is needed",
        "install a JDK");

    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"11.0.2\"\n");
    told(run(launcher, Map.of()), "Java 17 or later is needed", "is Java 11");
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"1.8.0_402\"\n");
    told(run(launcher, Map.of()), "is Java 8");
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25\"\n");
    assertThat(run(launcher, Map.of())).contains("status 0");
  }

  private static Path where(String tool) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(place -> Path.of(place, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  private static void told(List<String> lines, String... parts) {
    assertThat(lines).hasSize(2).endsWith("status 2");
    assertThat(lines.get(0)).startsWith("kinetone: ").contains(parts);
  }
}
